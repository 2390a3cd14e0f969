#include "telemetry/otlp_json.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::telemetry {
namespace {

using nlohmann::json;

constexpr int kStatusError = 2;
constexpr const char* kScope = "adomcp";

json value_of(const SpanValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {{"stringValue", *text}};
  if (const auto* flag = std::get_if<bool>(&value)) return {{"boolValue", *flag}};
  return {{"intValue", std::to_string(std::get<std::int64_t>(value))}};
}

json attribute(std::string_view name, const SpanValue& value) {
  return {{"key", name}, {"value", value_of(value)}};
}

json links_of(const SpanData& span) {
  json out = json::array();
  for (const auto& link : span.links) {
    out.push_back({{"traceId", link.trace_id}, {"spanId", link.span_id}});
  }
  return out;
}

json span_json(const SpanData& span) {
  json out = {{"traceId", span.context.trace_id},
              {"spanId", span.context.span_id},
              {"name", span.name},
              {"kind", static_cast<int>(span.kind)},
              {"startTimeUnixNano", std::to_string(span.start_ns)},
              {"endTimeUnixNano", std::to_string(span.end_ns)},
              {"attributes", json::array()}};
  if (!span.parent_span_id.empty()) out["parentSpanId"] = span.parent_span_id;
  for (const auto& [name, value] : span.attributes) {
    out["attributes"].push_back(attribute(name, value));
  }
  if (!span.links.empty()) out["links"] = links_of(span);
  if (!span.failed) return out;
  out["status"] = {{"code", kStatusError}};
  if (!span.message.empty()) out["status"]["message"] = span.message;
  return out;
}

json resource_of(const Reporter& reporter) {
  json attributes = json::array({attribute("service.name", reporter.service_name),
                                 attribute("service.version", reporter.service_version)});
  if (!reporter.instance_id.empty()) {
    attributes.push_back(attribute("service.instance.id", reporter.instance_id));
  }
  return {{"attributes", std::move(attributes)}};
}

}  // namespace

std::string export_request(const Reporter& reporter, const std::vector<SpanData>& spans) {
  json list = json::array();
  for (const auto& span : spans) list.push_back(span_json(span));
  const json scope = {{"scope", {{"name", kScope}, {"version", reporter.service_version}}},
                      {"spans", std::move(list)}};
  return json_text(
      json{{"resourceSpans", {{{"resource", resource_of(reporter)}, {"scopeSpans", {scope}}}}}});
}

std::uint64_t rejected_spans(std::string_view response) {
  const json answer = json_from(response);
  const json* const partial = member(answer, "partialSuccess");
  const json* const rejected = partial == nullptr ? nullptr : member(*partial, "rejectedSpans");
  if (rejected == nullptr) return 0;
  if (rejected->is_number_unsigned()) return rejected->get<std::uint64_t>();
  const std::string text = text_at(*partial, "rejectedSpans");
  std::uint64_t count = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  return error == std::errc() && stop == text.data() + text.size() ? count : 0;
}

}  // namespace adomcp::telemetry
