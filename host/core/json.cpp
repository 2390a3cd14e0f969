#include "core/json.h"
#include "core/json_sax.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace adomcp {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

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

struct Measured {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

Status walk(const json& value, const JsonLimits& limits, std::size_t depth, Measured& so_far) {
  if (++so_far.nodes > limits.nodes) return too_much("has more values than", limits.nodes);
  so_far.bytes += 1 + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  if (so_far.bytes > limits.bytes) return too_much("has more bytes than", limits.bytes);
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return Error{ErrorCode::kInvalid, "An integer does not fit into 64 bits.", {}};
  }
  if (!value.is_structured()) return Done{};
  if (depth >= limits.depth) return too_much("is nested deeper than", limits.depth);
  for (auto child = value.begin(); child != value.end(); ++child) {
    if (value.is_object()) so_far.bytes += child.key().size();
    if (auto status = walk(*child, limits, depth + 1, so_far); !status) return status;
  }
  return Done{};
}

}  // namespace

Result<json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return too_much("has more bytes than", limits.bytes);
  if (auto status = scan(text, limits); !status) return status.error();
  auto value = json_from(text);
  if (value.is_discarded()) return Error{ErrorCode::kInvalid, "This is not valid JSON.", {}};
  return value;
}

json json_from(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

ordered_json ordered_json_from(std::string_view text) {
  return ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
}

bool is_json(std::string_view text) {
  return json::accept(text);
}

bool read_json(std::string_view text, nlohmann::json_sax<json>& reader) {
  return json::sax_parse(text.begin(), text.end(), &reader);
}

std::optional<json> parse_strict_object(std::string_view text, std::size_t max_bytes,
                                        std::size_t depth) {
  const JsonLimits limits{max_bytes, depth, std::numeric_limits<std::size_t>::max()};
  if (text.size() > max_bytes || !scan(text, limits)) return std::nullopt;
  std::vector<std::set<std::string>> names;  // of the objects that are open
  bool twice = false;
  const auto watch = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key) {
      twice = twice || !names.back().insert(value.get<std::string>()).second;
    }
    return true;
  };
  auto object = json::parse(text, watch, /*allow_exceptions=*/false);
  if (twice || !object.is_object()) return std::nullopt;
  return object;
}

Status check_limits(const json& value, const JsonLimits& limits) {
  Measured so_far;
  return walk(value, limits, 0, so_far);
}

const json* member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

const std::string* text_member(const json& object, std::string_view name) {
  const auto* found = member(object, name);
  return found == nullptr ? nullptr : found->get_ptr<const std::string*>();
}

std::string text_at(const json& object, std::string_view name) {
  const auto* found = text_member(object, name);
  return found == nullptr ? std::string() : *found;
}

std::string json_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string json_text(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string pretty_json_text(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

std::string ascii_json_text(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

json exact_number(double value) {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  const bool whole = std::abs(value) < kExactIntegers && std::trunc(value) == value;
  if (!whole) return value;
  return static_cast<std::int64_t>(value);
}

std::string quote(std::string_view text) {
  return json_text(json(text));
}

}  // namespace adomcp
