#include "audit/record_json.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "audit/safe_arguments.h"
#include "core/text.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kMaxText = 256;

/// Writes one flat object as text. Two lines a call are on everybody's path, and building a JSON
/// tree for them costs more than all the rest of the call.
class Line {
 public:
  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    name(key);
    append_string(truncate_utf8(value, kMaxText));
  }

  void number(std::string_view key, std::uint64_t value) {
    name(key);
    out_ += std::to_string(value);
  }

  void number(std::string_view key, const std::optional<std::int64_t>& value) {
    if (!value) return;
    name(key);
    out_ += std::to_string(*value);
  }

  void raw(std::string_view key, std::string_view json) {
    name(key);
    out_ += json;
  }

  std::string finish() && { return std::move(out_) + '}'; }

 private:
  void name(std::string_view key) {
    if (out_.size() > 1) out_ += ',';
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }

  void append_string(std::string_view value) {
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
      return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
    });
    if (!plain) {
      out_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return;
    }
    out_ += '"';
    out_ += value;
    out_ += '"';
  }

  std::string out_ = "{";
};

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

std::string arguments_text(const std::string& arguments_json) {
  return safe_arguments(arguments_json)
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string to_line(const CallRecord& record, std::string_view event, Clock::TimePoint now,
                    std::chrono::steady_clock::time_point steady_now) {
  Line line;
  line.text("time", rfc3339(now));
  line.text("event", event);
  line.text("call_id", record.call_id);
  line.text("kind", to_string(record.operation.kind));
  line.text("tool_name", record.operation.name);
  line.text("plugin", record.operation.plugin);
  add_caller(line, record);
  line.raw("arguments", arguments_text(record.arguments_json));
  line.text("arguments_sha256", sha256_hex(record.arguments_json));
  line.text("decision", record.decision);
  line.text("rule", record.rule);
  line.text("confirmation", record.confirmation);
  if (event == "finished") add_outcome(line, record, steady_now);
  line.text("trace_id", record.trace_id);
  return std::move(line).finish();
}

}  // namespace adomcp::audit
