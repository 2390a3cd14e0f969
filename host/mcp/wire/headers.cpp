#include "mcp/wire/headers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base64.h"
#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"

namespace adomcp::mcp {
TraceParents trace_parents_of(const Request& request, const HttpRequest& http_request) {
  TraceParents out;
  if (const auto header = http_request.header("traceparent")) out.http = parse_traceparent(*header);
  const auto* const meta = member(request.params, "_meta");
  const auto* const parent = meta == nullptr ? nullptr : text_member(*meta, "traceparent");
  if (parent != nullptr) out.mcp = parse_traceparent(*parent);
  return out;
}

namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "=?base64?";
constexpr std::string_view kSuffix = "?=";

RpcError mismatch(const std::string& reason) {
  return {400, -32020, "Header mismatch: " + reason, nullptr};
}

/// The body's value that Mcp-Name mirrors; null when the method has none or the body lacks it.
const json* named_value(const Request& request) {
  const char* key = nullptr;
  if (request.method == "tools/call" || request.method == "prompts/get") key = "name";
  if (request.method == "resources/read") key = "uri";
  if (request.method == "tasks/get" || request.method == "tasks/update" ||
      request.method == "tasks/cancel") {
    key = "taskId";
  }
  if (key == nullptr || !request.params.is_object()) return nullptr;
  const auto found = request.params.find(key);
  return found != request.params.end() && found->is_string() ? &*found : nullptr;
}

const json* at_path(const json& arguments, const std::vector<std::string>& path) {
  const json* value = &arguments;
  for (const auto& step : path) {
    if (!value->is_object()) return nullptr;
    const auto found = value->find(step);
    if (found == value->end()) return nullptr;
    value = &*found;
  }
  return value->is_null() ? nullptr : value;
}

bool same_number(const std::string& text, const json& value) {
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  const auto exact = std::from_chars(text.data(), end, whole);
  if (exact.ec == std::errc() && exact.ptr == end) return value == whole;
  double number = 0;
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  return parsed.ec == std::errc() && parsed.ptr == end && value == number;
}

bool mirrors(const std::string& text, const json& value) {
  if (value.is_string()) return text == value.get_ref<const std::string&>();
  if (value.is_boolean()) return text == (value.get<bool>() ? "true" : "false");
  return same_number(text, value);
}

}  // namespace

std::optional<std::string> decode_header(std::string_view value) {
  value = trim(value);
  const bool plain = std::all_of(value.begin(), value.end(),
                                 [](char c) { return c == '\t' || (c >= 0x20 && c <= 0x7E); });
  if (!plain) return std::nullopt;
  const bool encoded = value.size() >= kPrefix.size() + kSuffix.size() &&
                       value.substr(0, kPrefix.size()) == kPrefix &&
                       value.substr(value.size() - kSuffix.size()) == kSuffix;
  if (!encoded) return std::string(value);
  auto decoded =
      base64_decode(value.substr(kPrefix.size(), value.size() - kPrefix.size() - kSuffix.size()));
  return decoded && is_utf8(*decoded) ? decoded : std::nullopt;
}

std::optional<RpcError> check_standard_headers(const Request& request, const std::string& revision,
                                               const HttpRequest& http_request) {
  if (!http_request.has_headers) return std::nullopt;
  const auto version = http_request.header("MCP-Protocol-Version");
  if (!version) return mismatch("MCP-Protocol-Version is missing");
  if (trim(*version) != revision) {
    return mismatch("MCP-Protocol-Version '" + shown_name(*version) + "' does not match _meta '" +
                    shown_name(revision) + "'");
  }
  const auto method = http_request.header("Mcp-Method");
  if (!method) return mismatch("Mcp-Method is missing");
  if (trim(*method) != request.method) {
    return mismatch("Mcp-Method '" + shown_name(*method) + "' does not match the body's method '" +
                    shown_name(request.method) + "'");
  }
  const json* named = named_value(request);
  if (named == nullptr) return std::nullopt;
  const auto name = http_request.header("Mcp-Name");
  if (!name) return mismatch("Mcp-Name is missing");
  if (decode_header(*name) != named->get_ref<const std::string&>()) {
    return mismatch("Mcp-Name '" + shown_name(*name) + "' does not match the body's '" +
                    shown_name(named->get_ref<const std::string&>()) + "'");
  }
  return std::nullopt;
}

std::optional<RpcError> check_param_headers(const std::vector<HeaderParam>& params,
                                            const json& arguments,
                                            const HttpRequest& http_request) {
  if (!http_request.has_headers) return std::nullopt;
  for (const auto& param : params) {
    const std::string name = "Mcp-Param-" + param.name;
    const auto header = http_request.header(name);
    const json* value = at_path(arguments, param.path);
    if (value == nullptr) {
      if (header) return mismatch(name + " is set, but the body has no such argument");
      continue;
    }
    if (value->is_structured()) continue;  // fits no annotated type; the schema will say so
    if (!header) return mismatch(name + " is missing");
    const auto text = decode_header(*header);
    if (!text) return mismatch(name + " is malformed");
    if (!mirrors(*text, *value)) return mismatch(name + " does not match the body's argument");
  }
  return std::nullopt;
}

}  // namespace adomcp::mcp
