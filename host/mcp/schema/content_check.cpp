#include "mcp/schema/content_check.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base64.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 5> kTexts = {"uri", "name", "title", "description", "mimeType"};

bool has_text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string();
}

bool has_base64(const json& object, const char* key) {
  return has_text(object, key) && base64_decode(object[key].get_ref<const std::string&>());
}

/// Of members that a schema gives a type wherever they stand.
std::string wrong_members(const json& object) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_null()) return "a member is null";
  }
  for (const char* key : kTexts) {
    if (object.contains(key) && !has_text(object, key)) return std::string(key) + " is no string";
  }
  for (const char* key : {"annotations", "_meta"}) {
    const auto found = object.find(key);
    if (found != object.end() && !found->is_object()) return std::string(key) + " is no object";
  }
  return {};
}

std::string wrong_media(const json& block) {
  if (!has_base64(block, "data")) return "data is no base64";
  return has_text(block, "mimeType") ? "" : "mimeType is missing";
}

}  // namespace

std::string wrong_contents(const json& contents) {
  if (!contents.is_object()) return "it is no object";
  if (auto wrong = wrong_members(contents); !wrong.empty()) return wrong;
  if (!has_text(contents, "uri")) return "uri is missing";
  if (contents.contains("text") == contents.contains("blob")) {
    return "it has not exactly one of text and blob";
  }
  if (contents.contains("text")) return has_text(contents, "text") ? "" : "text is no string";
  return has_base64(contents, "blob") ? "" : "blob is no base64";
}

std::string wrong_block(const json& block) {
  if (!block.is_object()) return "it is no object";
  if (auto wrong = wrong_members(block); !wrong.empty()) return wrong;
  const auto type = has_text(block, "type") ? block["type"].get<std::string>() : std::string();
  if (type == "text") return has_text(block, "text") ? "" : "text is missing";
  if (type == "image" || type == "audio") return wrong_media(block);
  if (type == "resource_link") {
    return has_text(block, "uri") && has_text(block, "name") ? "" : "uri or name is missing";
  }
  if (type != "resource") return "its type is unknown";
  const auto resource = block.find("resource");
  if (resource == block.end()) return "resource is missing";
  const auto wrong = wrong_contents(*resource);
  return wrong.empty() ? wrong : "its resource: " + wrong;
}

}  // namespace adomcp::mcp
