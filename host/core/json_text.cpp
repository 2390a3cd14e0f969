#include "core/json_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/secret_shape.h"
#include "core/text.h"

namespace adomcp::mcp {
namespace {

Error too_much(const char* what, std::size_t limit) {
  return {
      ErrorCode::kInvalid, "The JSON " + std::string(what) + " " + std::to_string(limit) + ".", {}};
}

/// Looks at brackets and commas outside strings; text that isn't JSON is the parser's business.
Status scan(std::string_view text, const JsonLimits& limits) {
  std::size_t depth = 0;
  std::size_t nodes = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '}' || c == ']') depth -= depth > 0 ? 1 : 0;
    if (c == '{' || c == '[') ++depth;
    if (c == '{' || c == '[' || c == ',') ++nodes;
    if (depth > limits.depth) return too_much("is nested deeper than", limits.depth);
    if (nodes > limits.nodes) return too_much("has more values than", limits.nodes);
  }
  return Done{};
}

Status walk(const nlohmann::json& value, const JsonLimits& limits, std::size_t depth,
            std::size_t& nodes) {
  if (++nodes > limits.nodes) return too_much("has more values than", limits.nodes);
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return Error{ErrorCode::kInvalid, "An integer does not fit into 64 bits.", {}};
  }
  if (!value.is_structured()) return Done{};
  if (depth >= limits.depth) return too_much("is nested deeper than", limits.depth);
  for (const auto& child : value) {
    if (auto status = walk(child, limits, depth + 1, nodes); !status) return status;
  }
  return Done{};
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return too_much("has more bytes than", limits.bytes);
  if (auto status = scan(text, limits); !status) return status.error();
  auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return Error{ErrorCode::kInvalid, "This is not valid JSON.", {}};
  return value;
}

Status check_limits(const nlohmann::json& value, const JsonLimits& limits) {
  std::size_t nodes = 0;
  return walk(value, limits, 0, nodes);
}

nlohmann::json exact_number(double value) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  const bool whole = std::abs(value) < kExactIntegers && std::trunc(value) == value;
  if (!whole) return value;
  return static_cast<std::int64_t>(value);
}

std::string quote(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  std::string out(truncate_utf8(text, max_bytes));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  if (out.size() < text.size()) out += "...";
  return out;
}

std::string shown_name(std::string_view name, std::size_t max_bytes) {
  return looks_like_token(name) ? "[hidden]" : excerpt(name, max_bytes);
}

}  // namespace adomcp::mcp
