#include "config/telemetry_section.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/url_field.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::size_t kMostHeader = 8192;

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || kOthers.find(c) != kOthers.npos;
  });
}

/// "name=value", as OTEL_EXPORTER_OTLP_HEADERS has them.
bool is_header(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == text.npos || text.size() > kMostHeader) return false;
  const auto value = text.substr(equals + 1);
  return is_token(trim(text.substr(0, equals))) &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

std::vector<std::pair<std::string, std::string>> read_headers(const Field& field) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& text : field.texts_or_variable(is_header, "a header as name=value")) {
    const auto equals = text.find('=');
    out.emplace_back(trim(std::string_view(text).substr(0, equals)),
                     trim(std::string_view(text).substr(equals + 1)));
  }
  return out;
}

}  // namespace

std::optional<TraceSettings> read_telemetry(const Field& field, Problems& problems) {
  constexpr std::int64_t kAll = 100;
  const Mapping telemetry(field, "telemetry", problems);
  if (!telemetry) return std::nullopt;
  const Mapping traces(telemetry["traces"].required(), "telemetry.traces", problems);
  if (!traces) return std::nullopt;
  TraceSettings out;
  const Field endpoint = traces["endpoint"];
  const auto text = endpoint.required().text(true);
  out.headers = read_headers(traces["headers"]);
  const auto sample = traces["sample_percent"].integer(0, kAll);
  out.sample_percent = static_cast<int>(sample.value_or(kAll));
  out.service_name = traces["service_name"].text().value_or(out.service_name);
  if (!text || trim(*text).empty()) return std::nullopt;
  read_base_url(endpoint, out.endpoint);
  if (out.endpoint.empty()) return std::nullopt;
  return out;
}

}  // namespace adomcp::config
