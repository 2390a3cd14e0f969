#include "inbound_auth/json_object.h"

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace adomcp::inbound_auth {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 8;

/// Whether brackets outside strings stay within the depth, looked at before anything is built.
bool is_shallow(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) return false;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return true;
}

}  // namespace

std::optional<json> parse_object(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes || !is_shallow(text)) return std::nullopt;
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

std::string_view text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

}  // namespace adomcp::inbound_auth
