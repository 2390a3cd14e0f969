#include "audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "audit/record_json.h"
#include "audit/safe_arguments.h"
#include "core/cleaning.h"
#include "core/text.h"
#include "support/log_in_memory.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return TimePoint(milliseconds); }
  std::chrono::milliseconds milliseconds{1795436745007};
};

class FakeSink final : public Sink {
 public:
  struct State {
    std::vector<std::string> lines;
    std::vector<Keep> keeps;  // of each line, also of those that failed
    std::string problem;
    bool failing = false;
    bool throwing = false;
    std::uint64_t dropped = 0;
    bool durable = true;
    std::vector<std::string> left_open;
    std::optional<Head> head;
    std::optional<Head> last_head;  // a chain's sink has one
  };
  FakeSink(std::string name, State& state) : name_(std::move(name)), state_(state) {}

  std::string_view name() const override { return name_; }
  Status write(std::string_view line) override {
    if (state_.throwing) throw std::runtime_error("odd");
    if (state_.failing) return Error{ErrorCode::kUnavailable, "disk full", {}};
    state_.lines.emplace_back(line);
    return Done{};
  }
  Status write_or_keep(std::string_view line, Keep keep) override {
    state_.keeps.push_back(keep);
    return write(line);
  }
  std::string problem() const override { return state_.problem; }
  bool durable() const override { return state_.durable; }
  std::uint64_t dropped() const override { return state_.dropped; }
  std::vector<std::string> take_left_open() override { return std::exchange(state_.left_open, {}); }
  bool has_head() const override { return state_.last_head.has_value(); }
  std::optional<Head> head_due() override { return std::exchange(state_.head, std::nullopt); }
  std::optional<Head> close() override { return state_.last_head; }

 private:
  std::string name_;
  State& state_;
};

CallRecord full_record() {
  CallRecord record;
  record.call_id = "c1";
  record.operation.name = "list_pipeline_runs";
  record.operation.plugin = "pipeline-runs";
  record.principal = {"oid", "tid", "Ann", "vscode", false, {"g"}, {"r"}, {"s"}};
  record.client_ip = "10.0.0.1";
  record.trace_id = "0af7651916cd43dd8448eb211c80319c";
  record.organization = "contoso";
  record.project = "Payments";
  record.arguments_json = R"({"top":5})";
  record.decision = "allow";
  record.rule = "allowlist";
  record.outcome = Outcome::kTimeout;
  record.error_type = "timeout";
  record.run_id = 4711;
  record.pipeline_id = 12;
  record.pipeline_name = "api-ci";
  record.result_count = 3;
  record.upstream_requests = 2;
  record.bytes_out = 99;
  record.started = std::chrono::steady_clock::time_point(std::chrono::seconds(5));
  return record;
}

json line_of(const CallRecord& record, const char* event) {
  const auto line = to_line(record, event, FixedClock().now(),
                            std::chrono::steady_clock::time_point(std::chrono::milliseconds(5250)));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  return json::parse(line);
}

TEST(RecordJson, FinishedRecordHasAllFields) {
  EXPECT_EQ(line_of(full_record(), "finished"), json::parse(R"({
    "time":"2026-11-23T12:25:45.007Z","event":"finished","call_id":"c1","kind":"tool",
    "tool_name":"list_pipeline_runs","plugin":"pipeline-runs","user":"Ann","principal_id":"oid",
    "tenant_id":"tid","client_ip":"10.0.0.1","client_app":"vscode","organization":"contoso",
    "project":"Payments","arguments":{"top":5},
    "arguments_sha256":"1e5130a477c9c805e203d676cf1d74ec4c80e8fc513fdf0a6f990a7123b8cff2",
    "decision":"allow","rule":"allowlist","confirmation":"none","status":"timeout",
    "error_type":"timeout","run_id":4711,"pipeline_id":12,"pipeline_name":"api-ci",
    "result_count":3,"upstream_requests":2,"bytes_out":99,"duration_ms":250,
    "trace_id":"0af7651916cd43dd8448eb211c80319c"})"));
}

TEST(RecordJson, TellsEveryKindByItsName) {
  CallRecord record;
  for (const auto& [kind, word] :
       std::map<OperationKind, std::string>{{OperationKind::kTool, "tool"},
                                            {OperationKind::kPrompt, "prompt"},
                                            {OperationKind::kResource, "resource"},
                                            {OperationKind::kCompletion, "completion"},
                                            {OperationKind::kTask, "task"}}) {
    record.operation = {kind, "build://7/log", "plug", true};
    record.arguments_json = R"({"id":"7","token":"abc"})";
    const auto line = line_of(record, "finished");
    EXPECT_EQ(line["kind"], word);
    EXPECT_EQ(line["tool_name"], "build://7/log");
    EXPECT_EQ(line["plugin"], "plug");
    EXPECT_EQ(line["arguments"], json({{"id", "7"}, {"token", "[hidden]"}}));
  }
}

TEST(RecordJson, WhatWasNotedOfArgumentsIsShownOfThoseAlone) {
  for (const char* arguments : {"{}", R"({"top":5,"token":"s3cret"})", "not json"}) {
    CallRecord record = full_record();
    record.arguments_json = arguments;
    const auto before = line_of(record, "started");
    note_arguments(record);
    EXPECT_EQ(line_of(record, "started"), before) << arguments;
    record.arguments_json = R"({"other":true})";
    const auto other = line_of(record, "finished");
    EXPECT_EQ(other["arguments"], json({{"other", true}}));
    EXPECT_NE(other["arguments_sha256"], before["arguments_sha256"]);
  }
}

TEST(RecordJson, ArgumentsThatFitBesideNoWriteAreCutBesideOne) {
  CallRecord record = full_record();
  json arguments = json::object();
  std::string prose;
  while (prose.size() < 240) prose += "words ";
  for (int i = 0; i < 20; ++i) arguments["text" + std::to_string(i)] = prose;
  record.arguments_json = arguments.dump();
  note_arguments(record);
  EXPECT_EQ(line_of(record, "started")["arguments"], arguments);
  record.writes.emplace_back();
  EXPECT_EQ(line_of(record, "finished")["arguments"], json({{"...", "[cut]"}}));
}

TEST(RecordJson, HidesSecretsInUris) {
  CallRecord record;
  record.operation.kind = OperationKind::kResource;
  for (const char* uri : {"https://a:b@c/d", "x://y?token=abc", "x://y?sig=abc"}) {
    record.operation.name = uri;
    EXPECT_EQ(line_of(record, "started")["tool_name"], "[hidden]") << uri;
  }
}

TEST(RecordJson, StartedRecordHasNoOutcomeAndNothingEmpty) {
  CallRecord record;
  record.call_id = "c1";
  record.operation.name = "x";
  const auto line = line_of(record, "started");
  for (const char* absent : {"status", "error_type", "duration_ms", "bytes_out", "plugin", "rule",
                             "decision", "project", "principal_id", "trace_id", "run_id"}) {
    EXPECT_FALSE(line.contains(absent)) << absent;
  }
  EXPECT_EQ(line["user"], "anonymous");
}

TEST(RecordJson, NothingBreaksTheLine) {
  CallRecord record;
  record.operation.name = "a\nb\r\x01\xFF\xC3";
  record.principal.user_name = std::string("n\0ul\n", 5);
  record.arguments_json = "{\"k\\n\":\"v\\u0000\\n\"}";
  EXPECT_EQ(line_of(record, "started")["arguments"]["k\n"], std::string("v\0\n", 3));
  record.arguments_json = "not json";
  EXPECT_EQ(line_of(record, "started")["arguments"], json::object());
}

TEST(RecordJson, StrangersCannotMakeALineLong) {
  CallRecord record = full_record();
  const std::string escaped(300, '\x01');
  record.operation.name = record.project = record.organization = record.client_ip = escaped;
  record.principal = {escaped, escaped, escaped, escaped, false, {}, {}, {}};
  record.rule = record.error_type = record.pipeline_name = record.trace_id = escaped;
  record.call_id = record.decision = record.confirmation = record.operation.plugin = escaped;
  json deep = json::object();
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 60; ++j) deep[std::to_string(i)][std::to_string(j)] = escaped;
  }
  for (const auto& arguments : {deep.dump(), json{{"a", escaped}}.dump()}) {
    record.arguments_json = arguments;
    EXPECT_LE(to_line(record, "finished", FixedClock().now(), {}).size(), 16u * 1024u);
  }
}

TEST(SafeArguments, SecretsNeverShow) {
  const json arguments = {
      {"token", "s3cret"},
      {"Password", "s3cret"},
      {"api_key", 5555555},
      {"Authorization", "s3cret"},
      {"client_credentials", {{"a", "s3cret"}}},
      {"my_pat", "s3cret"},
      {"PAT", "s3cret"},
      {"clientSecret", {"s3cret"}},
      {"variables", {{"API_TOKEN", "s3cret"}, {"deployKey", {{"value", "s3cret"}}}}},
      {"parameters", {{"x", "ghp_s3cret"}, {"y", "--password=s3cret"}}},
      {"template_parameters", {{"env", "Aa1Aa1Aa1Aa1Aa1Aa1Aa1s3cret"}}},
      {"nested", {{"password", "s3cret"}, {"list", {{{"token", "s3cret"}}}}}},
      {"note", "Authorization: Bearer s3cret"},
      {"jwt", "eyJhbGciOi.s3cret.x"},
      {"url", "https://user:s3cret@dev.azure.com/x"},
      {"signed", "https://x.blob.core.windows.net/a?sig=s3cret"},
      {"raw", std::string(52, 'a') + "s3cret"},
      {"branch", "main"}};
  const std::string shown = safe_arguments(arguments.dump()).dump();
  EXPECT_THAT(shown, Not(HasSubstr("s3cret")));
  EXPECT_THAT(shown, Not(HasSubstr("5555555")));
  const auto parsed = json::parse(shown);
  for (const auto& [key, unused] : arguments.items()) EXPECT_TRUE(parsed.contains(key)) << key;
  EXPECT_EQ(parsed["branch"], "main");
}

TEST(SafeArguments, AKeyMayBeASecretToo) {
  const std::string jwt = "eyJhbGciOi.s3cret.x";
  for (const json& arguments :
       {json{{jwt, "x"}}, json{{"a", {{jwt, 1}}}}, json{{"variables", {{jwt, "x"}}}},
        json{{"list", {{{jwt, 1}}}}}, json{{"Bearer s3cret", true}}}) {
    EXPECT_THAT(safe_arguments(arguments.dump()).dump(), Not(HasSubstr("s3cret"))) << arguments;
  }
}

TEST(RecordJson, ANameThatNobodyKnowsMayBeAToken) {
  using enum OperationKind;
  const std::string jwt = "eyJhbGciOi.s3cret.x";
  for (const auto kind : {kTool, kPrompt, kResource, kCompletion, kTask}) {
    for (const std::string& name :
         {jwt, "get_" + jwt, std::string("Bearer s3cret"), std::string(52, 'a') + "s3cret"}) {
      CallRecord record;
      record.operation = {kind, name, {}, true};
      EXPECT_EQ(line_of(record, "started")["tool_name"], "[hidden]") << to_string(kind) << name;
    }
    CallRecord record;
    record.operation = {kind, "list_pipeline_runs", {}, true};
    EXPECT_EQ(line_of(record, "started")["tool_name"], "list_pipeline_runs");
  }
  CallRecord served;
  served.operation = {kTool, "export_0123456789abcdef0123456789abcdef", "plug", true};
  EXPECT_EQ(line_of(served, "started")["tool_name"], served.operation.name)
      << "somebody named it so";
}

TEST(SafeArguments, NoShortWordIsMaskedByTheOneCleaning) {
  // So they are shown without it.
  std::vector<std::string> words = {"password", "secret", "my_api_key", "token", "bearer", "_", ""};
  for (const auto& shape : sdk::detail::kShapes) {
    std::string word = to_lower(std::string(shape.prefix));
    while (word.size() < 16)
      word += word.size() % 5 == 4 ? '_' : static_cast<char>('a' + word.size());
    for (std::size_t size = 1; size <= 16; ++size) words.push_back(word.substr(0, size));
  }
  for (const auto& word : words) {
    if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != word.npos) continue;
    EXPECT_EQ(clean(word), word);
  }
}

TEST(SafeArguments, OrdinaryValuesShow) {
  const json plain = {
      {"project", "Payments"},
      {"top", 20},
      {"ratio", 0.5},
      {"dry_run", true},
      {"nothing", nullptr},
      {"stages_to_skip", {"Deploy", "Test"}},
      {"commit", "0123456789abcdef0123456789abcdef01234567"},
      {"branch", "refs/heads/feature/a/rather/long/branch name"},
      {"run_url", "https://dev.azure.com/contoso/Payments/_build/results?buildId=4"}};
  EXPECT_EQ(json::parse(safe_arguments(plain.dump()).dump()), plain);
}

TEST(SafeArguments, SizeIsBounded) {
  json wide = json::object();
  for (int i = 0; i < 5000; ++i) wide["k" + std::to_string(i)] = "value";
  wide["list"] = std::vector<int>(5000, 1);
  json deep = 1;
  for (int i = 0; i < 50; ++i) deep = {{"d", deep}};
  std::string prose;
  while (prose.size() < 100000) prose += "words ";
  EXPECT_LT(safe_arguments(wide.dump()).dump().size(), 3000u);
  EXPECT_LT(safe_arguments(deep.dump()).dump().size(), 100u);
  EXPECT_EQ(safe_arguments(json{{"a", prose}}.dump())["a"].get<std::string>().size(), 256u);
  EXPECT_LT(safe_arguments(json{{prose, 1}}.dump()).dump().size(), 200u);
}

class AuditLogTest : public testing::Test {
 protected:
  AuditLog make(const std::string& required) {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(std::make_unique<FakeSink>("stdout", first_));
    sinks.push_back(std::make_unique<FakeSink>("file", second_));
    return {std::move(sinks), required, clock_, logged_.logger()};
  }

  FixedClock clock_;
  FakeSink::State first_;
  FakeSink::State second_;
  testing_support::LogInMemory logged_;
};

TEST_F(AuditLogTest, EverySinkGetsBothRecords) {
  auto log = make("stdout");
  EXPECT_TRUE(log.begin(full_record()));
  log.finish(full_record());
  ASSERT_EQ(first_.lines.size(), 2u);
  EXPECT_EQ(first_.lines, second_.lines);
  EXPECT_THAT(first_.lines[0], HasSubstr(R"("event":"started")"));
  EXPECT_THAT(first_.lines[1], HasSubstr(R"("event":"finished")"));
}

TEST_F(AuditLogTest, BothLinesShowTheSameOfTheArguments) {
  auto log = make("stdout");
  CallRecord record = full_record();
  record.arguments_json = R"({"token":"s3cret","branch":"main"})";
  EXPECT_TRUE(log.begin(record));
  log.finish(record);
  ASSERT_EQ(first_.lines.size(), 2u);
  for (const auto& line : first_.lines) {
    EXPECT_EQ(json::parse(line)["arguments"], json({{"token", "[hidden]"}, {"branch", "main"}}));
  }
}

TEST_F(AuditLogTest, OnlyTheRequiredSinkRefuses) {
  auto log = make("stdout");
  second_.failing = true;
  EXPECT_TRUE(log.begin(full_record()));
  EXPECT_EQ(log.failures("file"), 1u);
  first_.failing = true;
  EXPECT_FALSE(log.begin(full_record()));
  log.finish(full_record());
  EXPECT_EQ(log.failures("stdout"), 2u);
}

TEST_F(AuditLogTest, TheOutcomeOfACallThatWasMadeIsKept) {
  auto log = make("stdout");
  EXPECT_TRUE(log.begin(full_record()));
  log.finish(full_record());
  log.finish(full_record(), /*begun=*/false);
  static_cast<void>(log.event("other", json::object()));
  log.refused_sign_in({}, "10.0.0.1", "/mcp");
  EXPECT_THAT(first_.keeps,
              testing::ElementsAre(Keep::kNo, Keep::kYes, Keep::kIfRoom, Keep::kNo, Keep::kNo));
}

TEST_F(AuditLogTest, OnlyTheRequiredSinksProblemIsTheAudits) {
  auto log = make("stdout");
  EXPECT_EQ(log.problem(), "");
  second_.problem = "slow";
  EXPECT_EQ(log.problem(), "");
  first_.problem = "its reader takes nothing";
  EXPECT_EQ(log.problem(), "audit sink stdout: its reader takes nothing");
  EXPECT_EQ(make("none").problem(), "");
}

TEST_F(AuditLogTest, WithoutARequiredSinkNothingRefuses) {
  first_.failing = second_.failing = true;
  EXPECT_TRUE(make("").begin(full_record()));
  EXPECT_TRUE(make("none").begin(full_record()));
}

TEST_F(AuditLogTest, AThrowingSinkRefuses) {
  auto log = make("stdout");
  first_.throwing = true;
  EXPECT_FALSE(log.begin(full_record()));
  log.finish(full_record());
  EXPECT_EQ(log.failures("stdout"), 2u);
  EXPECT_EQ(second_.lines.size(), 2u) << "and keeps nothing from the others";
}

TEST_F(AuditLogTest, AThrowingSinkThatIsNotRequiredRefusesNothing) {
  auto log = make("stdout");
  second_.throwing = true;
  EXPECT_TRUE(log.begin(full_record()));
  EXPECT_EQ(first_.lines.size(), 1u);
}

TEST_F(AuditLogTest, TheRequiredSinkHearsOfACallLast) {
  // What it took is then in all the others too, or counted as lost there.
  for (const std::string required : {"stdout", "file"}) {
    first_ = {};
    second_ = {};
    auto log = make(required);
    (required == "stdout" ? first_ : second_).failing = true;
    EXPECT_FALSE(log.begin(full_record())) << required;
    EXPECT_EQ((required == "stdout" ? second_ : first_).lines.size(), 1u) << required;
  }
}

TEST_F(AuditLogTest, FailuresAreLoggedOnceAMinute) {
  auto log = make("stdout");
  second_.failing = true;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(log.begin(full_record()));
  EXPECT_EQ(log.failures("file"), 100u);
  const auto text = logged_.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, HasSubstr("disk full"));
}

SignInRefusal refusal(const std::string& reason) {
  SignInRefusal out;
  out.error = "invalid_token";
  out.reason = reason;
  out.message = "s3cret";
  out.principal.object_id = "oid";
  out.principal.tenant_id = "tid";
  return out;
}

TEST_F(AuditLogTest, AFailedSignInIsRecordedWithoutTheToken) {
  auto log = make("stdout");
  log.refused_sign_in(refusal("expired"), "10.0.0.1", "/mcp?access_token=s3cret");
  ASSERT_EQ(first_.lines.size(), 1u);
  EXPECT_EQ(json::parse(first_.lines[0]), json::parse(R"({
    "time":"2026-11-23T12:25:45.007Z","event":"sign_in_failed","reason":"expired","status":401,
    "error":"invalid_token","client_ip":"10.0.0.1","principal_id":"oid","tenant_id":"tid",
    "path":"/mcp"})"));
}

TEST_F(AuditLogTest, FailedSignInsOfOneKindAreFewAMinute) {
  {
    auto log = make("stdout");
    for (int i = 0; i < 12; ++i) log.refused_sign_in(refusal("expired"), "10.0.0.1", "/mcp");
    EXPECT_EQ(first_.lines.size(), 5u);
    log.refused_sign_in(refusal("expired"), "10.0.0.2", "/mcp");
    ASSERT_EQ(first_.lines.size(), 6u);
    EXPECT_EQ(json::parse(first_.lines[5])["suppressed"], 7);
    log.refused_sign_in(refusal("wrong_audience"), "10.0.0.1", "/mcp");
    ASSERT_EQ(first_.lines.size(), 7u);
    EXPECT_FALSE(json::parse(first_.lines[6]).contains("suppressed"));
    clock_.milliseconds += std::chrono::minutes(1);
    for (int i = 0; i < 8; ++i) log.refused_sign_in(refusal("expired"), "10.0.0.1", "/mcp");
    EXPECT_EQ(first_.lines.size(), 12u);
  }
  ASSERT_EQ(first_.lines.size(), 13u) << "the end tells what was left out last";
  EXPECT_EQ(json::parse(first_.lines[12])["suppressed"], 3);
}

TEST_F(AuditLogTest, FailedSignInsOfAllKindsAreSixtyAMinute) {
  auto log = make("stdout");
  for (int i = 0; i < 200; ++i) {
    log.refused_sign_in(refusal("expired"), "10.0.0." + std::to_string(i), "/mcp");
  }
  EXPECT_EQ(first_.lines.size(), 60u);
}

TEST_F(AuditLogTest, OtherEventsAreBoundedLinesToo) {
  auto log = make("stdout");
  EXPECT_TRUE(log.event("reloaded", {{"generation", 2}, {"odd\n", "a\xFF\n"}}));
  EXPECT_TRUE(log.event("nothing", nlohmann::ordered_json::object()));
  EXPECT_TRUE(log.event("large", {{"text", std::string(20000, 'x')}}));
  ASSERT_EQ(first_.lines.size(), 3u);
  EXPECT_EQ(json::parse(first_.lines[0])["generation"], 2);
  EXPECT_EQ(json::parse(first_.lines[1])["event"], "nothing");
  EXPECT_EQ(json::parse(first_.lines[2])["fields"], "[cut]");
}

TEST_F(AuditLogTest, HeadsGoToTheOtherSinks) {
  second_.head = Head{7, "abc", "/var/audit"};
  second_.last_head = Head{9, "def", "/var/audit"};
  {
    auto log = make("file");
    EXPECT_TRUE(log.begin(full_record()));
    ASSERT_EQ(first_.lines.size(), 2u);
    EXPECT_EQ(json::parse(first_.lines[1]), json::parse(R"({
      "time":"2026-11-23T12:25:45.007Z","event":"audit_head","seq":7,"hash":"abc",
      "file":"/var/audit"})"));
  }
  ASSERT_GE(first_.lines.size(), 3u);
  EXPECT_EQ(json::parse(first_.lines[2])["seq"], 9);
  EXPECT_EQ(second_.lines.size(), 1u);
}

TEST_F(AuditLogTest, WhatACrashLeftOpenIsClosedAsUnknownEverywhere) {
  second_.left_open = {to_line(full_record(), "started", clock_.now(), {}), "garbage"};
  const auto log = make("stdout");
  ASSERT_EQ(first_.lines.size(), 1u);
  EXPECT_EQ(first_.lines, second_.lines);
  const auto record = json::parse(first_.lines[0]);
  EXPECT_EQ(record["event"], "finished");
  EXPECT_EQ(record["call_id"], "c1");
  EXPECT_EQ(record["status"], "unknown");
  EXPECT_EQ(record["error_type"], "host_crashed");
  EXPECT_EQ(record["arguments"], json::parse(R"({"top":5})"));
}

TEST_F(AuditLogTest, LostLinesAreCountedBySink) {
  second_.dropped = 3;
  const auto log = make("stdout");
  EXPECT_EQ(log.dropped("file"), 3u);
  EXPECT_EQ(log.dropped("stdout"), 0u);
}

TEST_F(AuditLogTest, ADanglingRequiredSinkIsAStartUpError) {
  EXPECT_THROW(make("application_insights"), std::invalid_argument);
  second_.durable = false;
  EXPECT_THROW(make("file"), std::invalid_argument);
}

}  // namespace
}  // namespace adomcp::audit
