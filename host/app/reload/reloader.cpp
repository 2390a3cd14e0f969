#include "app/reload/reloader.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "app/reload/access_warnings.h"
#include "app/reload/client_report.h"
#include "app/reload/settings_change.h"
#include "audit/events.h"
#include "audit/line.h"
#include "core/json.h"
#include "core/time_text.h"
#include "mcp/catalog/client_schemas.h"
#include "observe/logging.h"
#include "plugin_host/call/host_api.h"
#include "plugin_host/load/plugin.h"
#include "policy/rule_check.h"

namespace adomcp::app {
namespace {

constexpr int kMostInside = 2;

/// What every loaded plugin stands on: its file, its signature and the keys for it.
std::vector<std::string> library_files(const Settings& settings) {
  std::vector<std::string> out = settings.plugin_keys;
  for (const auto& plugin : settings.plugins) {
    out.push_back(plugin.library);
    if (!plugin.keys.empty()) out.push_back(plugin.library + ".sig");
  }
  return out;
}

std::vector<std::string> lines(const std::vector<config::Diagnostic>& problems) {
  std::vector<std::string> out;
  out.reserve(problems.size());
  for (const auto& problem : problems) out.push_back(problem.text());
  return out;
}

std::vector<std::string> lines(const std::vector<plugin_host::Problem>& problems) {
  std::vector<std::string> out;
  out.reserve(problems.size());
  for (const auto& problem : problems) {
    out.push_back(problem.declared_at + ": " + problem.message);
  }
  return out;
}

std::vector<std::string> restart_lines(const Settings& running, const Settings& wanted) {
  std::vector<std::string> out;
  for (const auto& section : need_restart(running, wanted)) {
    out.push_back(section + " changed: that needs a restart; nothing was reloaded");
  }
  return out;
}

ReloadReport refused(std::uint64_t generation, std::string reason) {
  ReloadReport report;
  report.result = ReloadResult::kRefused;
  report.generation = generation;
  report.reasons = {std::move(reason)};
  return report;
}

/// Files are touched, and folders made, without anything having changed.
bool is_silent(const ReloadReport& report, const ReloadCause& cause) {
  return report.result == ReloadResult::kUnchanged && cause.by == "file";
}

}  // namespace

bool wants_two_step(const Settings& settings) {
  const auto project = [](const ProjectSettings& one) {
    return takes_two_steps(one.trigger, one.control);
  };
  return std::any_of(settings.organizations.begin(), settings.organizations.end(),
                     [&](const OrganizationSettings& one) {
                       return std::any_of(one.projects.begin(), one.projects.end(), project);
                     });
}

plugin_host::CatalogBuilder catalog_builder(std::shared_ptr<spdlog::logger> log,
                                            const Settings& settings) {
  const bool two_step = wants_two_step(settings);
  const bool notice = settings.untrusted_notice;
  const bool strict = settings.client_schemas == ClientSchemas::kStrict;
  return plugin_host::CatalogBuilder(
      std::move(log), plugin_host::host_api(),
      [two_step, notice, strict](const plugin_host::Tool& tool) {
        auto problem = mcp::check_tool(tool, two_step, notice);
        return problem || !strict ? problem : mcp::unportable(mcp::listed(tool, two_step));
      });
}

std::shared_ptr<const mcp::ToolIndex> tool_index(
    const std::shared_ptr<const plugin_host::Catalog>& catalog, const Settings& settings) {
  return std::make_shared<const mcp::ToolIndex>(
      catalog, [](const plugin_host::Tool& tool) { return tool.plugin->id(); },
      wants_two_step(settings), settings.untrusted_notice);
}

/// A generation that may take over.
struct Reloader::Next {
  Settings settings;
  std::shared_ptr<const mcp::ToolIndex> tools;
};

Reloader::Reloader(Parts parts, Settings running)
    : parts_(std::move(parts)), running_(std::move(running)), libraries_(library_files(running_)) {}

ReloadReport Reloader::reload(const ReloadCause& cause) {
  struct Inside {
    explicit Inside(std::atomic<int>& counter) : count(counter), number(++counter) {}
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { --count; }
    std::atomic<int>& count;
    const int number;
  } const inside(inside_);
  if (inside.number > kMostInside) {
    return refused(generation(), "a reload is under way and the next one waits already");
  }
  const std::lock_guard turn(turn_);
  ReloadReport report = attempt(cause);
  conclude(report, cause);
  return report;
}

ReloadReport Reloader::attempt(const ReloadCause& cause) {
  ReloadReport report;
  report.generation = generation();
  report.result = ReloadResult::kRefused;
  std::optional<Next> next;
  try {
    auto loaded = parts_.source.load();
    if (const auto* problems = std::get_if<std::vector<config::Diagnostic>>(&loaded)) {
      report.reasons = lines(*problems);
    } else {
      auto wanted = std::get<Settings>(std::move(loaded));
      watch(wanted);
      next = build(std::move(wanted), report);
    }
  } catch (const std::exception& problem) {
    parts_.log->error("the reload failed: {}", problem.what());
    report.reasons = {"an internal error; the log has more"};
  }
  if (is_silent(report, cause)) return report;
  const auto recorded = parts_.audit.event(audit::kReloaded, to_record(report, cause));
  if (!next) return report;
  if (!recorded) {
    return refused(generation(), "the audit can't record it: " + recorded.error().text());
  }
  swap(*std::move(next), report);
  return report;
}

/// Also for what is refused now: putting its file right is a reason to try again.
void Reloader::watch(const Settings& wanted) {
  auto files = library_files(wanted);
  const std::lock_guard lock(mutex_);
  libraries_ = std::move(files);
}

/// The next generation, or none and why.
std::optional<Reloader::Next> Reloader::build(Settings wanted, ReloadReport& report) const {
  report.reasons = restart_lines(running_, wanted);
  if (!report.reasons.empty()) return std::nullopt;
  if (const auto room = parts_.generations.check_room(); !room) {
    report.reasons = {room.error().text()};
    return std::nullopt;
  }
  const auto before = parts_.snapshot.tools();
  auto rebuilt = catalog_builder(parts_.log, wanted)
                     .rebuild(*before->catalog(), running_.plugins, wanted.plugins);
  if (!rebuilt.catalog) {
    report.reasons = lines(rebuilt.problems);
    return std::nullopt;
  }
  const auto catalog = parts_.generations.track(std::move(rebuilt.catalog));
  report.reasons = policy::check_rules(policy::access_of(wanted.access), served(*catalog));
  if (!report.reasons.empty()) return std::nullopt;
  const bool same_plugins = catalog->plugins() == before->catalog()->plugins();
  if (same_plugins && same_settings(running_, wanted)) {
    report.result = ReloadResult::kUnchanged;
    return std::nullopt;
  }
  auto tools = tool_index(catalog, wanted);
  Next next{std::move(wanted), std::move(tools)};
  report.result = ReloadResult::kReloaded;
  ++report.generation;
  compare(*before, *next.tools, report);
  report.lists = list_changes(*before, running_, *next.tools, next.settings);
  return next;
}

void Reloader::swap(Next next, const ReloadReport& report) {
  parts_.snapshot.replace(next.tools, next.settings.organizations, next.settings.access);
  parts_.metrics.set_tools(tool_names(*next.tools->catalog()));
  parts_.log->set_level(spdlog::level::from_str(next.settings.log_level));
  for (const auto& line : client_warnings(*next.tools->catalog(), next.settings)) {
    parts_.log->warn("{}", line);
  }
  log_access_warnings(*parts_.log, next.settings.auth, policy::access_of(next.settings.access));
  running_ = std::move(next.settings);
  {
    const std::lock_guard lock(mutex_);
    generation_ = report.generation;
  }
  if (on_changed_) on_changed_(report);
}

void Reloader::conclude(const ReloadReport& report, const ReloadCause& cause) {
  const std::lock_guard lock(mutex_);
  const bool mended = last_result_ == ReloadResult::kRefused;
  if (is_silent(report, cause) && !mended) return;
  last_result_ = report.result;
  parts_.metrics.reload(to_string(report.result));
  if (report.result == ReloadResult::kUnchanged) {
    parts_.log->info("reload by {}: nothing changed, generation {} serves on", cause.by,
                     report.generation);
  } else if (report.result == ReloadResult::kReloaded) {
    parts_.log->info("reloaded by {}: {}", cause.by, to_line(report));
  } else if (report.result == ReloadResult::kRefused) {
    parts_.log->error("the reload by {} is refused, generation {} serves on", cause.by,
                      report.generation);
    for (const auto& reason : report.reasons) parts_.log->error("{}", reason);
  }
  nlohmann::ordered_json page = {{"time", rfc3339(parts_.clock.now())}, {"by", cause.by}};
  page.update(to_page(report));
  last_ = json_text(page);
}

std::vector<std::string> Reloader::files() const {
  const auto main = std::filesystem::absolute(parts_.source.config_path).lexically_normal();
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out = libraries_;
  out.push_back(main.string());
  out.push_back((main.parent_path() / "plugins.d" / "").string());
  return out;
}

std::uint64_t Reloader::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::string Reloader::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

}  // namespace adomcp::app
