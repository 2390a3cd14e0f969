#include "audit/record_json.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "audit/safe_arguments.h"
#include "core/text.h"

namespace adomcp::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxText = 256;

std::string rfc3339(Clock::TimePoint now) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const std::time_t seconds = static_cast<std::time_t>(since_epoch.count() / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                static_cast<int>(since_epoch.count() % 1000));
  return std::string(text.data(), length) + fraction.data();
}

void add(Json& line, const char* key, std::string_view value) {
  if (!value.empty()) line[key] = truncate_utf8(value, kMaxText);
}

template <typename T>
void add(Json& line, const char* key, const std::optional<T>& value) {
  if (value) line[key] = *value;
}

void add_caller(Json& line, const CallRecord& record) {
  add(line, "user", record.principal.user_name);
  add(line, "principal_id", record.principal.object_id);
  add(line, "tenant_id", record.principal.tenant_id);
  add(line, "client_ip", record.client_ip);
  add(line, "client_app", record.principal.client_app);
  add(line, "organization", record.organization);
  add(line, "project", record.project);
}

void add_outcome(Json& line, const CallRecord& record,
                 std::chrono::steady_clock::time_point steady_now) {
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_now - record.started).count();
  line["status"] = to_string(record.outcome);
  add(line, "error_type", record.error_type);
  add(line, "run_id", record.run_id);
  add(line, "pipeline_id", record.pipeline_id);
  add(line, "pipeline_name", record.pipeline_name);
  add(line, "result_count", record.result_count);
  line["upstream_requests"] = record.upstream_requests;
  line["bytes_out"] = record.bytes_out;
  line["duration_ms"] = std::max<std::int64_t>(took, 0);
}

}  // namespace

std::string to_line(const CallRecord& record, std::string_view event, Clock::TimePoint now,
                    std::chrono::steady_clock::time_point steady_now) {
  Json line;
  line["time"] = rfc3339(now);
  line["event"] = event;
  line["call_id"] = record.call_id;
  line["kind"] = to_string(record.operation.kind);
  add(line, "tool_name", record.operation.name);
  add(line, "plugin", record.operation.plugin);
  add_caller(line, record);
  line["arguments"] = safe_arguments(record.arguments_json);
  line["arguments_sha256"] = sha256_hex(record.arguments_json);
  add(line, "decision", record.decision);
  add(line, "rule", record.rule);
  add(line, "confirmation", record.confirmation);
  if (event == "finished") add_outcome(line, record, steady_now);
  add(line, "trace_id", record.trace_id);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace adomcp::audit
