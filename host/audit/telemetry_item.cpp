#include "audit/telemetry_item.h"

#include <nlohmann/json.hpp>

#include "audit/events.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxProperty = 8192;
constexpr std::size_t kMaxName = 512;

/// A call's two events are told apart by its kind too: a query wants one of them.
std::string event_name(const json& record) {
  const std::string event = text_at(record, "event");
  const bool of_call = event == kStarted || event == kFinished;
  const std::string name = of_call ? text_at(record, "kind") + "_" + event : event;
  return std::string(truncate_utf8(name, kMaxName));
}

json tags_of(const json& record, const std::string& role_instance) {
  json tags = {{"ai.cloud.role", "adomcp"},
               {"ai.cloud.roleInstance", role_instance},
               {"ai.internal.sdkVersion", "adomcp:" ADOMCP_VERSION}};
  if (auto trace = text_at(record, "trace_id"); !trace.empty()) {
    tags["ai.operation.id"] = std::move(trace);
  }
  if (auto person = text_at(record, "principal_id"); !person.empty()) {
    tags["ai.user.authUserId"] = std::move(person);
  }
  return tags;
}

bool is_measurement(std::string_view key) {
  return key == "duration_ms" || key == "bytes_out";
}

json data_of(const json& record) {
  json data = {{"ver", 2}, {"name", event_name(record)}, {"properties", json::object()}};
  for (const auto& [key, value] : record.items()) {
    if (key == "time" || key == "event") continue;
    if (is_measurement(key) && value.is_number()) {
      data["measurements"][key] = value;
      continue;
    }
    const std::string text = value.is_string() ? value.get<std::string>() : json_text(value);
    data["properties"][key] = truncate_utf8(text, kMaxProperty);
  }
  return data;
}

}  // namespace

std::string to_telemetry_item(std::string_view line, const std::string& instrumentation_key,
                              const std::string& role_instance) {
  const auto record = json_from(line);
  if (!record.is_object()) return {};
  return json_text(json{{"ver", 1},
                        {"name", "Microsoft.ApplicationInsights.Event"},
                        {"time", text_at(record, "time")},
                        {"iKey", instrumentation_key},
                        {"sampleRate", 100},
                        {"tags", tags_of(record, role_instance)},
                        {"data", {{"baseType", "EventData"}, {"baseData", data_of(record)}}}});
}

}  // namespace adomcp::audit
