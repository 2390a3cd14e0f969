#include "audit/record_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "audit/line.h"
#include "audit/safe_arguments.h"
#include "audit/write_json.h"
#include "core/json.h"
#include "core/sha256.h"
#include "core/time_text.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kMaxText = 256;
constexpr std::size_t kShortText = 64;  // so that escapes can't fill more than half a line
constexpr std::size_t kMaxArguments = kMaxLine / 2;   // with what is written
constexpr std::size_t kMaxWrite = kMaxLine * 5 / 16;  // all that a person can confirm fits
constexpr std::string_view kCutArguments = R"({"...":"[cut]"})";

void add_caller(Line& line, const CallRecord& record) {
  line.text("user", record.principal.user_name);
  line.text("principal_id", record.principal.object_id);
  line.text("tenant_id", record.principal.tenant_id);
  line.text("client_ip", record.client_ip);
  line.text("client_app", record.principal.client_app);
  line.text("organization", record.organization);
  line.text("project", record.project);
}

void add_outcome(Line& line, const CallRecord& record,
                 std::chrono::steady_clock::time_point steady_now) {
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_now - record.started).count();
  line.text("status", to_string(record.outcome));
  line.text("error_type", record.error_type);
  line.number("run_id", record.run_id);
  line.number("pipeline_id", record.pipeline_id);
  line.text("pipeline_name", record.pipeline_name);
  line.number("result_count", record.result_count);
  line.number("upstream_requests", std::uint64_t{record.upstream_requests});
  line.number("bytes_out", record.bytes_out);
  line.number("duration_ms", static_cast<std::uint64_t>(std::max<std::int64_t>(took, 0)));
}

/// What a line shows of arguments, where there is room for it.
struct Arguments {
  std::string shown;
  std::string sha256;
};

Arguments arguments_of(const CallRecord& record) {
  const bool noted =
      !record.arguments_noted.empty() && record.arguments_noted == record.arguments_json;
  if (noted) return {record.arguments_shown, record.arguments_sha256};
  std::string sha256 = sha256_hex(record.arguments_json);
  std::string shown = json_text(safe_arguments(record.arguments_json));
  if (shown.size() > kMaxArguments) shown = kCutArguments;
  return {std::move(shown), std::move(sha256)};
}

void add_write(Line& line, const CallRecord& record) {
  line.text("write_sha256", record.write_sha256);
  if (record.writes.empty()) return;
  line.raw("write", write_text(record.writes.front(), kMaxWrite));
  if (record.writes.size() > 1) line.raw("more_writes", digests_of_more(record.writes));
}

/// What no plugin offers has the name that its client gave it, which may be anything; so have
/// resources and tasks.
std::string name_of(const Operation& operation) {
  using enum OperationKind;
  if (operation.kind == kResource || operation.kind == kTask) return safe_name(operation.name);
  return operation.plugin.empty() ? safe_unknown_name(operation.name) : operation.name;
}

std::string write_line(const CallRecord& record, const Arguments& arguments, std::string_view event,
                       Clock::TimePoint now, std::chrono::steady_clock::time_point steady_now,
                       std::size_t max_text) {
  Line line(now, event, max_text);
  line.text("call_id", record.call_id);
  line.text("kind", to_string(record.operation.kind));
  line.text("tool_name", name_of(record.operation));
  line.text("plugin", record.operation.plugin);
  add_caller(line, record);
  const auto room = kMaxArguments - (record.writes.empty() ? 0 : kMaxWrite);
  line.raw("arguments", arguments.shown.size() <= room ? arguments.shown : kCutArguments);
  line.text("arguments_sha256", arguments.sha256);
  line.text("decision", record.decision);
  line.text("rule", record.rule);
  line.text("confirmation", record.confirmation);
  add_write(line, record);
  if (event == "finished") add_outcome(line, record, steady_now);
  line.text("trace_id", record.trace_id);
  return std::move(line).finish();
}

}  // namespace

void note_arguments(CallRecord& record) {
  auto arguments = arguments_of(record);
  record.arguments_noted = record.arguments_json;
  record.arguments_shown = std::move(arguments.shown);
  record.arguments_sha256 = std::move(arguments.sha256);
}

std::string to_line(const CallRecord& record, std::string_view event, Clock::TimePoint now,
                    std::chrono::steady_clock::time_point steady_now) {
  const auto arguments = arguments_of(record);
  std::string line = write_line(record, arguments, event, now, steady_now, kMaxText);
  if (line.size() <= kMaxLine) return line;
  return write_line(record, arguments, event, now, steady_now, kShortText);
}

std::string to_unknown_outcome(std::string_view started_line, Clock::TimePoint now) {
  auto record = ordered_json_from(started_line);
  if (!record.is_object()) return {};
  record.erase("seq");
  record.erase("chain");
  record["time"] = rfc3339(now);
  record["event"] = "finished";
  record["status"] = to_string(Outcome::kUnknown);
  record["error_type"] = "host_crashed";
  return json_text(record);
}

}  // namespace adomcp::audit
