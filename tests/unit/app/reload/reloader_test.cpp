#include "app/reload/reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "app/reload/settings_change.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::app {
namespace {

using nlohmann::json;
using plugin_host::animal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Keeps the lines, or takes none.
class FakeSink final : public audit::Sink {
 public:
  struct State {
    std::vector<std::string> lines;
    bool failing = false;
  };
  explicit FakeSink(State& state) : state_(state) {}
  std::string_view name() const override { return "file"; }
  bool durable() const override { return true; }
  Status write(std::string_view line) override {
    if (state_.failing) return Error{ErrorCode::kUnavailable, "disk full", {}};
    state_.lines.emplace_back(line);
    return Done{};
  }

 private:
  State& state_;
};

std::vector<std::unique_ptr<audit::Sink>> sinks(FakeSink::State& state) {
  std::vector<std::unique_ptr<audit::Sink>> out;
  out.push_back(std::make_unique<FakeSink>(state));
  return out;
}

Settings first_settings() {
  Settings settings;
  settings.organizations = {{"contoso", {}, AzureCliSettings{}, {}, {{"Payments", {}}}}};
  settings.plugins = {animal("echo")};
  return settings;
}

class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest() {
    reloader_.on_changed([this](const ReloadReport& report) { told_.push_back(report); });
  }

  ReloadReport reload(const std::string& by = "signal") { return reloader_.reload({by, {}, {}}); }

  /// Expects a refusal for this one reason, and that all is as it was.
  void expect_refused(const std::string& reason) {
    const auto before = snapshot_.get();
    const auto report = reload();
    EXPECT_EQ(report.result, ReloadResult::kRefused);
    ASSERT_EQ(report.reasons.size(), 1u);
    EXPECT_THAT(report.reasons[0], HasSubstr(reason));
    EXPECT_EQ(snapshot_.get(), before);
    EXPECT_EQ(reloader_.generation(), 1u);
    EXPECT_THAT(told_, IsEmpty());
  }

  std::shared_ptr<const mcp::ToolIndex> first_tools() {
    const auto builder = catalog_builder(log_.logger(), first_settings());
    return tool_index(generations_.track(builder.build(first_settings().plugins)),
                      first_settings());
  }

  Settings wanted_ = first_settings();
  std::vector<config::Diagnostic> problems_;
  std::function<void()> while_loading_ = [] {};
  std::vector<ReloadReport> told_;
  FakeSink::State sink_;
  plugin_host::LogInMemory log_;
  SystemClock clock_;
  observe::Metrics metrics_;
  audit::AuditLog audit_{sinks(sink_), "file", clock_, log_.logger()};
  azure_devops::ProjectDirectory projects_{
      first_settings().organizations,
      {},
      [](const std::string&, const std::string&, Deadline) -> Result<std::string> {
        return Error{ErrorCode::kUnavailable, "nobody is there", {}};
      }};
  plugin_host::Generations generations_{log_.logger()};
  CurrentSnapshot snapshot_{first_tools(), projects_, false};
  Reloader reloader_{{.source = {"/etc/adomcp/main.yaml",
                                 [this]() -> config::Loaded {
                                   while_loading_();
                                   if (!problems_.empty()) return problems_;
                                   return wanted_;
                                 }},
                      .snapshot = snapshot_,
                      .generations = generations_,
                      .audit = audit_,
                      .metrics = metrics_,
                      .clock = clock_,
                      .log = log_.logger()},
                     first_settings()};
};

TEST_F(ReloaderTest, NothingChangedIsNoNewGeneration) {
  wanted_.plugins[0].declared_at = "plugins.yaml:7:1";
  const auto before = snapshot_.get();
  EXPECT_EQ(reload().result, ReloadResult::kUnchanged);
  EXPECT_EQ(snapshot_.get(), before);
  EXPECT_EQ(reloader_.generation(), 1u);
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(json::parse(sink_.lines.at(0))["result"], "unchanged");
  EXPECT_EQ(reload("file").result, ReloadResult::kUnchanged);
  EXPECT_EQ(sink_.lines.size(), 1u) << "a touched file is no event";
  EXPECT_EQ(json::parse(reloader_.last())["by"], "signal");
}

TEST_F(ReloaderTest, AToolIsAddedThenRemovedAndTheListenerTold) {
  const auto before = snapshot_.get();
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  const auto report = reload();
  EXPECT_EQ(report.result, ReloadResult::kReloaded);
  EXPECT_EQ(report.generation, 2u);
  EXPECT_THAT(report.added, ElementsAre("hello_c"));
  EXPECT_THAT(report.replaced, IsEmpty());
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_NE(snapshot_.get()->tools->find("hello_c"), nullptr);
  EXPECT_EQ(before->tools->find("hello_c"), nullptr);
  EXPECT_EQ(snapshot_.get()->tools->find("echo")->tool->plugin,
            before->tools->find("echo")->tool->plugin)
      << "it was not restarted";

  wanted_.plugins.pop_back();
  EXPECT_THAT(reload().removed, ElementsAre("hello_c"));
  EXPECT_THAT(metrics_.text(), HasSubstr(R"(adomcp_reloads_total{result="reloaded"} 2)"));
}

TEST_F(ReloaderTest, OnlyAListThatIsAnotherOneIsToldOf) {
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  EXPECT_TRUE(reload().lists.tools);
  wanted_.plugins[0].timeout = std::chrono::seconds(3);
  const auto restarted = reload();
  EXPECT_THAT(restarted.replaced, ElementsAre("echo"));
  EXPECT_FALSE(restarted.lists.tools) << "clients see it as it was";
  wanted_.access.read_only = true;
  EXPECT_FALSE(reload().lists.tools) << "what may not be used is listed all the same";
  for (const auto& report : told_) {
    EXPECT_FALSE(report.lists.prompts);
    EXPECT_FALSE(report.lists.resources);
  }
}

TEST_F(ReloaderTest, OtherRulesAreOtherListsWhereDeniedIsHidden) {
  wanted_.access.hide_denied = true;
  EXPECT_TRUE(reload().lists.tools);
  wanted_.log_level = "debug";
  EXPECT_FALSE(reload().lists.tools);
  wanted_.access.read_only = true;
  const auto report = reload();
  EXPECT_TRUE(report.lists.tools);
  EXPECT_TRUE(report.lists.prompts);
  EXPECT_TRUE(report.lists.resources);
}

TEST_F(ReloaderTest, OtherSettingsReplaceAPlugin) {
  wanted_.plugins[0].timeout = std::chrono::seconds(3);
  const auto report = reload();
  EXPECT_THAT(report.replaced, ElementsAre("echo"));
  ASSERT_EQ(report.plugins.size(), 1u);
  EXPECT_EQ(report.plugins[0].before, report.plugins[0].now);
  EXPECT_EQ(snapshot_.get()->tools->find("echo")->tool->timeout, std::chrono::seconds(3));
}

TEST_F(ReloaderTest, WhatNeedsARestartIsNamed) {
  wanted_.server.port = 1;
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  expect_refused("server changed: that needs a restart; nothing was reloaded");
  EXPECT_THAT(json::parse(sink_.lines.at(0))["reasons"][0], HasSubstr("server changed"));
  EXPECT_EQ(json::parse(reloader_.last())["result"], "refused");
}

TEST_F(ReloaderTest, BrokenYamlIsTold) {
  problems_ = {{"main.yaml", 3, 1, "unknown key 'x'"}};
  expect_refused("main.yaml:3:1: unknown key 'x'");
}

TEST_F(ReloaderTest, OneBrokenPluginRefusesAll) {
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  wanted_.plugins.push_back(animal("fails_in_start"));
  expect_refused("plugins.yaml:1:1: plugin 'fails-in-start'");
}

TEST_F(ReloaderTest, RulesAreHeldAgainstTheNewTools) {
  AccessRule rule;
  rule.declared_at = "main.yaml:9:1";
  rule.tools = {"hello_c"};
  wanted_.access.rules = {rule};
  expect_refused("main.yaml:9:1: access.rules[0].tools");
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  EXPECT_EQ(reload().result, ReloadResult::kReloaded);
}

TEST_F(ReloaderTest, WhatTheAuditDoesNotTakeDoesNotHappen) {
  sink_.failing = true;
  wanted_.plugins.push_back(animal("good_c", {"hello_c"}));
  expect_refused("the audit can't record it: disk full");
  sink_.failing = false;
  EXPECT_EQ(reload().generation, 2u);
}

TEST_F(ReloaderTest, ADefectOfOursIsARefusal) {
  while_loading_ = [] { throw std::runtime_error("odd"); };
  expect_refused("an internal error");
}

TEST_F(ReloaderTest, HungCallsThatKeepOldGenerationsAreABound) {
  std::vector<std::shared_ptr<const mcp::Snapshot>> held;
  for (unsigned i = 1; i <= plugin_host::Generations::kMostOld; ++i) {
    held.push_back(snapshot_.get());
    wanted_.plugins[0].timeout = std::chrono::seconds(i);
    ASSERT_EQ(reload().result, ReloadResult::kReloaded);
  }
  wanted_.plugins[0].timeout = std::chrono::seconds(100);
  const auto report = reload();
  EXPECT_EQ(report.result, ReloadResult::kRefused);
  EXPECT_THAT(report.reasons.at(0), HasSubstr("keep 8 old generations"));
}

TEST_F(ReloaderTest, OneWaitsAndTheNextIsRefused) {
  std::mutex mutex;
  std::condition_variable changed;
  int loading = 0;
  bool go = false;
  while_loading_ = [&] {
    std::unique_lock lock(mutex);
    ++loading;
    changed.notify_all();
    changed.wait(lock, [&] { return go; });
  };
  std::thread first([&] { reload(); });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return loading == 1; });
  }
  // Of two that come now one waits, whichever it is, and the other is refused at once.
  std::mutex reports_mutex;
  std::vector<ReloadReport> reports;
  const auto one_more = [&] {
    auto report = reload();
    const std::lock_guard lock(reports_mutex);
    reports.push_back(std::move(report));
    const std::lock_guard release(mutex);
    go = true;
    changed.notify_all();
  };
  std::thread second(one_more);
  std::thread third(one_more);
  for (auto* thread : {&first, &second, &third}) thread->join();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_THAT(reports[0].reasons, ElementsAre(HasSubstr("the next one waits already")));
  EXPECT_EQ(reports[1].result, ReloadResult::kUnchanged);
}

TEST_F(ReloaderTest, PolicyAndToolsChangeInOneStep) {
  wanted_.access.read_only = true;
  wanted_.access.hide_denied = true;
  TriggerSettings trigger;
  trigger.two_step = true;
  wanted_.organizations[0].projects = {{"Payments", trigger}, {"Platform", {}}};
  ASSERT_EQ(reload().result, ReloadResult::kReloaded);
  const auto snapshot = snapshot_.get();
  EXPECT_TRUE(snapshot->hide_denied);
  EXPECT_TRUE(snapshot->policy->access.read_only);
  EXPECT_EQ(snapshot->policy->organizations[0].projects.size(), 2u);
  EXPECT_TRUE(snapshot->policy->organizations[0].projects[0].trigger->two_step);
}

TEST_F(ReloaderTest, AToolThatSomeClientDoesNotTakeIsAWarningOrWithStrictARefusal) {
  const std::string why = "tool 'few_clients': some clients don't take it: oneOf";
  wanted_.plugins.push_back(animal("few_clients"));
  EXPECT_EQ(reload().result, ReloadResult::kReloaded);
  EXPECT_THAT(log_.text(), HasSubstr(why));

  wanted_.client_schemas = ClientSchemas::kStrict;
  const auto refusal = reload();
  EXPECT_EQ(refusal.result, ReloadResult::kRefused) << "also of a plugin that is served already";
  ASSERT_EQ(refusal.reasons.size(), 1u);
  EXPECT_THAT(refusal.reasons[0], HasSubstr(why));
  EXPECT_NE(snapshot_.get()->tools->find("few_clients"), nullptr);

  wanted_.plugins.pop_back();
  EXPECT_EQ(reload().result, ReloadResult::kReloaded);
  wanted_.plugins.push_back(animal("few_clients"));
  EXPECT_EQ(reload().result, ReloadResult::kRefused);
  wanted_.client_schemas = ClientSchemas::kWarn;
  EXPECT_EQ(reload().result, ReloadResult::kReloaded);
}

TEST_F(ReloaderTest, TheLogLevelFollows) {
  wanted_.log_level = "error";
  ASSERT_EQ(reload().result, ReloadResult::kReloaded);
  EXPECT_EQ(log_.logger()->level(), spdlog::level::err);
}

TEST_F(ReloaderTest, WatchesWhatItReads) {
  wanted_.plugins[0].library = "/nowhere/new.so";
  wanted_.plugins[0].keys = wanted_.plugin_keys = {"/etc/key.pem"};
  EXPECT_EQ(reload().result, ReloadResult::kRefused);
  EXPECT_THAT(reloader_.files(), testing::UnorderedElementsAre(
                                     "/etc/adomcp/main.yaml", "/etc/adomcp/plugins.d/",
                                     "/nowhere/new.so", "/nowhere/new.so.sig", "/etc/key.pem"));
}

TEST(SettingsChange, EverySectionIsEitherReloadedOrNamed) {
  const Settings running = first_settings();
  struct Case {
    const char* section;
    std::function<void(Settings&)> change;
  };
  const std::vector<Case> named = {
      {"server", [](Settings& s) { s.server.limits.body = 1; }},
      {"auth", [](Settings& s) { s.auth.mode = "bearer"; }},
      {"azure_devops", [](Settings& s) { s.organizations[0].name = "fabrikam"; }},
      {"azure_devops", [](Settings& s) { s.organizations[0].base_urls.dev = "https://x"; }},
      {"azure_devops", [](Settings& s) { s.organizations[0].credential = OnBehalfOfSettings{}; }},
      {"azure_devops",
       [](Settings& s) { s.organizations[0].write_credential = AzureCliSettings{}; }},
      {"access.rate_limits", [](Settings& s) { s.access.rate_limits.calls_per_minute = 1; }},
      {"audit", [](Settings& s) { s.audit.to_stdout = false; }},
      {"state", [](Settings& s) { s.state.many_replicas = true; }},
      {"legacy", [](Settings& s) { s.legacy.sessions = true; }},
      {"telemetry", [](Settings& s) { s.traces.emplace(); }},
      {"log_format", [](Settings& s) { s.log_format = LogFormat::kJson; }}};
  for (const auto& row : named) {
    Settings wanted = running;
    row.change(wanted);
    const auto sections = need_restart(running, wanted);
    ASSERT_EQ(sections.size(), 1u) << row.section;
    EXPECT_THAT(sections[0], HasSubstr(row.section));
    EXPECT_FALSE(same_settings(running, wanted));
  }
  const std::vector<std::function<void(Settings&)>> reloaded = {
      [](Settings& s) { s.plugins.clear(); },
      [](Settings& s) { s.access.read_only = true; },
      [](Settings& s) {
        s.organizations[0].projects.push_back({"Platform", {}});
      },
      [](Settings& s) { s.log_level = "debug"; },
      [](Settings& s) { s.client_schemas = ClientSchemas::kStrict; },
      [](Settings& s) { s.development = true; },
      [](Settings& s) { s.plugin_keys = {"k"}; }};
  for (const auto& change : reloaded) {
    Settings wanted = running;
    change(wanted);
    EXPECT_THAT(need_restart(running, wanted), IsEmpty());
    EXPECT_FALSE(same_settings(running, wanted));
  }
}

TEST(ReloadReportTest, ARecordFitsIntoALineOfTheAudit) {
  ReloadReport report;
  for (int i = 0; i < 500; ++i) {
    report.reasons.emplace_back(2000, 'r');
    report.added.emplace_back(64, 'a');
    report.removed.emplace_back(64, 'b');
    report.replaced.emplace_back(64, 'c');
    report.plugins.push_back({std::string(64, 'p'), std::string(64, 'o'), std::string(64, 'n')});
  }
  const auto record = to_record(report, {"signal", {}, {}});
  EXPECT_LT(record.dump().size(), 15 * 1024u);
  EXPECT_EQ(record["tools_added_more"], 476);
  EXPECT_EQ(record["reasons_more"], 484);
}

}  // namespace
}  // namespace adomcp::app
