#include "mcp/wire/trace_context.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace adomcp::mcp {
namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string::npos;
}

/// `version-traceid-parentid-flags`; later versions may append fields.
std::string parse(std::string_view text) {
  constexpr std::size_t kLength = 55;
  if (text.size() < kLength || text.size() > 512) return {};
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
  const auto version = text.substr(0, 2);
  const auto trace = text.substr(3, 32);
  const auto parent = text.substr(36, 16);
  if (!is_hex(version) || !is_hex(trace) || !is_hex(parent) || !is_hex(text.substr(53, 2))) {
    return {};
  }
  if (version == "ff" || is_zero(trace) || is_zero(parent)) return {};
  if (text.size() > kLength && (version == "00" || text[kLength] != '-')) return {};
  return std::string(trace);
}

}  // namespace

std::string trace_id_of(const Request& request, const Exchange& exchange) {
  if (const auto header = exchange.header("traceparent")) {
    if (auto id = parse(*header); !id.empty()) return id;
  }
  const auto* const meta = member(request.params, "_meta");
  const auto* const parent = meta == nullptr ? nullptr : text_member(*meta, "traceparent");
  return parent == nullptr ? std::string() : parse(*parent);
}

}  // namespace adomcp::mcp
