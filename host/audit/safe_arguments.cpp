#include "audit/safe_arguments.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/cleaning.h"
#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxKeys = 64;
constexpr std::size_t kMaxKeyBytes = 128;
constexpr std::size_t kMaxItems = 16;
constexpr std::size_t kMaxDepth = 4;
constexpr std::size_t kMaxText = 256;
constexpr char kHidden[] = "[hidden]";
constexpr char kCut[] = "[cut]";

bool is_secret_key(const std::string& key) {
  const std::string name = to_lower(key);
  if (name == "continuation_token") return false;
  return name == "pat" || name.rfind("pat_", 0) == 0 ||
         (name.size() > 4 && name.substr(name.size() - 4) == "_pat") ||
         contains_any(name, {"token", "password", "passwd", "passphrase", "pwd", "secret", "key",
                             "auth", "credential", "cookie", "session", "signature", "sas",
                             "connection_string", "connectionstring", "certificate", "private"});
}

/// Objects that hold names of other people's choosing.
bool is_bag(const std::string& key) {
  const std::string name = to_lower(key);
  return contains_any(name, {"variable", "parameter"});
}

/// Letters of both cases with digits all over it, in one long word: no name, version, id or commit
/// is so.
bool has_random_word(const std::string& text) {
  constexpr std::size_t kLength = 20;
  constexpr int kNumbers = 3;
  std::size_t length = 0;
  bool upper = false;
  bool lower = false;
  bool digit = false;  // the character before was one
  int numbers = 0;
  for (const char c : text) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_upper && !is_lower && !is_digit) {
      length = 0;
      numbers = 0;
      upper = lower = digit = false;
      continue;
    }
    upper = upper || is_upper;
    lower = lower || is_lower;
    if (is_digit && !digit) ++numbers;
    digit = is_digit;
    if (++length >= kLength && upper && lower && numbers >= kNumbers) return true;
  }
  return false;
}

/// Most keys and many values: of so few letters there is no secret whose shape is known, so that
/// cleaning, which is most of the work here, leaves them as they are.
bool is_short_word(std::string_view text) {
  constexpr std::size_t kShort = 16;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return text.size() <= kShort && std::all_of(text.begin(), text.end(), plain);
}

/// Also of the shapes that the one cleaning masks.
bool holds_secret(const std::string& text) {
  constexpr std::string_view kMask = "***";
  if (looks_secret(text) || has_random_word(text)) return true;
  // Also where only a piece of one is there.
  if (contains_any(text, {"ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-"})) return true;
  if (is_short_word(text) || text.find(kMask) != text.npos) return false;
  return clean(text).find(kMask) != text.npos;
}

}  // namespace

bool hides(const std::string& key) {
  return is_bag(key) || is_secret_key(key);
}

namespace {

/// A key is whatever somebody sent as one.
std::string shown_key(const std::string& key) {
  return holds_secret(key) ? kHidden : std::string(truncate_utf8(key, kMaxKeyBytes));
}

Json safe(const json& value, std::size_t depth);

Json safe_object(const json& value, std::size_t depth) {
  Json out = Json::object();
  for (const auto& [key, member] : value.items()) {
    if (out.size() == kMaxKeys) {
      out["..."] = kCut;
      break;
    }
    out[shown_key(key)] = is_secret_key(key) ? Json(kHidden) : safe(member, depth + 1);
  }
  return out;
}

Json safe_list(const json& value, std::size_t depth) {
  Json out = Json::array();
  for (const auto& item : value) {
    if (out.size() == kMaxItems) {
      out.push_back(kCut);
      break;
    }
    out.push_back(safe(item, depth + 1));
  }
  return out;
}

Json safe(const json& value, std::size_t depth) {
  if (value.is_structured() && depth >= kMaxDepth) return kCut;
  if (value.is_object()) return safe_object(value, depth);
  if (value.is_array()) return safe_list(value, depth);
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  if (holds_secret(text)) return kHidden;
  return truncate_utf8(text, kMaxText);
}

}  // namespace

Json safe_arguments(const std::string& arguments_json) {
  const auto arguments = json_from(arguments_json);
  return arguments.is_object() ? safe_object(arguments, 0) : Json::object();
}

std::string safe_value(const std::string& name, const std::string& value, std::size_t max_bytes) {
  if (is_secret_key(name) || holds_secret(value)) return kHidden;
  if (value.size() <= max_bytes) return value;
  return std::string(truncate_utf8(value, max_bytes)) + kCut;
}

std::string safe_name(const std::string& name) {
  return holds_secret(name) ? kHidden : name;
}

std::string safe_unknown_name(const std::string& name) {
  return looks_like_token(name) ? kHidden : name;
}

}  // namespace adomcp::audit
