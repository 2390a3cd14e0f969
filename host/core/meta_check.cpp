#include "core/meta_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp {
namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{kMaxMeta, 16, 1000};
constexpr std::size_t kMaxIcons = 8;
constexpr std::size_t kMaxSizes = 16;
constexpr std::size_t kMaxShown = 64;
constexpr const char* kTooLarge = "is larger than 16 KiB, deeper than 16 levels or no JSON";

Error wrong(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), {}};
}

std::string shown(std::string_view key) {
  return "'" + escape_for_log(key, kMaxShown) + "'";
}

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Of "io.modelcontextprotocol/x" it is "modelcontextprotocol".
std::string_view second_label(std::string_view prefix) {
  const auto dot = prefix.find('.');
  if (dot == std::string_view::npos) return {};
  prefix.remove_prefix(dot + 1);
  return prefix.substr(0, prefix.find('.'));
}

/// Why a plugin can't set this key; empty when it can.
std::string wrong_key(std::string_view key) {
  constexpr std::size_t kMaxKey = 256;
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || c == '/';
  });
  if (!plain || key.empty() || key.size() > kMaxKey) {
    return "has the key " + shown(key) +
           "; a key is 1 to 256 letters, digits, '.', '-' and '_', such as example.com/kind";
  }
  const auto slash = key.find('/');
  const auto prefix = slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
  if (key == "ui" || prefix == "ui") {
    return "has the key " + shown(key) + "; apps are declared by adomcp/ui.h";
  }
  const auto label = to_lower(second_label(prefix));
  if (is_one_of(label, {"mcp", "modelcontextprotocol"}) ||
      is_one_of(key, {"progressToken", "traceparent", "tracestate", "baggage"})) {
    return "has the key " + shown(key) + ", which is MCP's own; choose another prefix";
  }
  return {};
}

bool is_base64_image(std::string_view src) {
  constexpr std::string_view kStart = "data:image/";
  constexpr std::string_view kMark = ";base64,";
  const auto mark = src.find(kMark);
  return src.substr(0, kStart.size()) == kStart && mark != std::string_view::npos &&
         base64_decode(src.substr(mark + kMark.size())).has_value();
}

bool is_src(std::string_view src) {
  constexpr std::string_view kHttps = "https://";
  const bool visible =
      std::all_of(src.begin(), src.end(), [](char c) { return c > ' ' && c <= '~' && c != '"'; });
  if (!visible) return false;
  if (src.substr(0, kHttps.size()) == kHttps) return src.size() > kHttps.size();
  return is_base64_image(src);
}

bool is_size(std::string_view size) {
  if (size == "any") return true;
  const auto by = size.find('x');
  const auto is_number = [](std::string_view digits) {
    constexpr std::size_t kMaxDigits = 5;
    return !digits.empty() && digits.size() <= kMaxDigits &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return by != std::string_view::npos && is_number(size.substr(0, by)) &&
         is_number(size.substr(by + 1));
}

bool are_sizes(const json& sizes) {
  return sizes.is_array() && sizes.size() <= kMaxSizes &&
         std::all_of(sizes.begin(), sizes.end(), [](const json& size) {
           return size.is_string() && is_size(size.get_ref<const std::string&>());
         });
}

/// Why a member of an icon can't be; empty when it can.
std::string wrong_member(const std::string& key, const json& value) {
  const auto* const text = value.is_string() ? &value.get_ref<const std::string&>() : nullptr;
  if (key == "src") {
    if (text != nullptr && is_src(*text)) return {};
    return "a src that is neither an https: URL nor a data:image/ URI in base64";
  }
  if (key == "mimeType") {
    constexpr std::string_view kImage = "image/";
    const bool image = text != nullptr && text->rfind(kImage, 0) == 0 && is_src("https://" + *text);
    return image ? "" : "a mimeType that is none of an image, such as image/png";
  }
  if (key == "sizes")
    return are_sizes(value) ? "" : "sizes that are no list of \"48x48\" or \"any\"";
  if (key == "theme") {
    const bool known = text != nullptr && is_one_of(*text, {"light", "dark"});
    return known ? "" : "a theme that is neither light nor dark";
  }
  return "the member " + shown(key) + "; an icon has src, mimeType, sizes and theme";
}

std::string wrong_icon(const json& icon) {
  if (!icon.is_object()) return "holds something that is no object";
  if (!icon.contains("src")) return "has an icon without a src";
  for (const auto& [key, value] : icon.items()) {
    const auto why = wrong_member(key, value);
    if (!why.empty()) return "has an icon with " + why;
  }
  return {};
}

}  // namespace

Result<std::string> read_meta(std::string_view meta_json) {
  if (meta_json.empty()) return std::string();
  const auto meta = parse_json(meta_json, kLimits);
  if (!meta) return wrong(kTooLarge);
  if (!meta->is_object()) return wrong("is not a JSON object");
  for (const auto& [key, value] : meta->items()) {
    if (auto why = wrong_key(key); !why.empty()) return wrong(std::move(why));
  }
  return meta->empty() ? std::string() : json_text(*meta);
}

Result<std::string> read_icons(std::string_view icons_json) {
  if (icons_json.empty()) return std::string();
  const auto icons = parse_json(icons_json, kLimits);
  if (!icons) return wrong(kTooLarge);
  if (!icons->is_array()) return wrong("is not a JSON array");
  if (icons->size() > kMaxIcons) return wrong("has more than 8 icons");
  for (const json& icon : *icons) {
    if (auto why = wrong_icon(icon); !why.empty()) return wrong(std::move(why));
  }
  return icons->empty() ? std::string() : json_text(*icons);
}

bool is_small_meta(const json& meta) {
  return static_cast<bool>(check_limits(meta, kLimits)) && json_text(meta).size() <= kMaxMeta;
}

}  // namespace adomcp
