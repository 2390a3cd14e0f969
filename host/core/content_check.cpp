#include "core/content_check.h"

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/meta_check.h"
#include "core/text.h"

namespace adomcp {
namespace {

using nlohmann::json;

std::string lacks(const char* key) {
  return std::string("has no text '") + key + "'";
}

std::string wrong_type(const char* key, const char* type) {
  return std::string("has a '") + key + "' that is no " + type;
}

bool has_some(const json& object, const char* key) {
  const auto* const text = text_member(object, key);
  return text != nullptr && !text->empty();
}

/// Of members that a schema gives a type wherever they stand.
std::string wrong_members(const json& object) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_null()) return "has a member that is null";
  }
  for (const char* const key : {"uri", "name", "title", "description", "mimeType"}) {
    if (object.contains(key) && text_member(object, key) == nullptr) return wrong_type(key, "text");
  }
  for (const char* const key : {"annotations", "_meta"}) {
    const auto* const found = member(object, key);
    if (found != nullptr && !found->is_object()) return wrong_type(key, "object");
  }
  const auto* const meta = member(object, "_meta");
  if (meta != nullptr && !is_small_meta(*meta)) {
    return "has a '_meta' of more than 16 KiB, 1000 values or 16 levels";
  }
  return {};
}

std::string wrong_base64(const json& object, const char* key) {
  const auto* const bytes = text_member(object, key);
  if (bytes == nullptr) return lacks(key);
  return base64_decode(*bytes) ? "" : std::string("has no valid base64 in '") + key + "'";
}

std::string wrong_media(const json& block) {
  return has_some(block, "mimeType") ? wrong_base64(block, "data") : lacks("mimeType");
}

std::string wrong_embedded(const json& block) {
  const auto* const resource = member(block, "resource");
  if (resource == nullptr || !resource->is_object()) return "has no object 'resource'";
  const auto wrong = wrong_contents(*resource);
  return wrong.empty() ? wrong : wrong + " in its resource";
}

std::string wrong_link(const json& block) {
  if (!has_some(block, "uri")) return lacks("uri");
  return text_member(block, "name") == nullptr ? lacks("name") : "";
}

}  // namespace

std::string wrong_block(const json& block) {
  if (!block.is_object()) return "is not a JSON object";
  if (auto wrong = wrong_members(block); !wrong.empty()) return wrong;
  const auto* const type = text_member(block, "type");
  if (type == nullptr) return lacks("type");
  if (*type == "text") return text_member(block, "text") == nullptr ? lacks("text") : "";
  if (*type == "image" || *type == "audio") return wrong_media(block);
  if (*type == "resource") return wrong_embedded(block);
  if (*type == "resource_link") return wrong_link(block);
  return "is of an unknown type; there are text, image, audio, resource and resource_link";
}

std::string wrong_content(std::string_view block_json) {
  if (!is_utf8(block_json)) return "is not valid UTF-8";
  return wrong_block(json_from(block_json));
}

std::string wrong_contents(const json& contents) {
  if (!contents.is_object()) return "is not a JSON object";
  if (auto wrong = wrong_members(contents); !wrong.empty()) return wrong;
  if (!has_some(contents, "uri")) return lacks("uri");
  if (contents.contains("text") == contents.contains("blob")) {
    return "needs either 'text' or 'blob'";
  }
  if (contents.contains("blob")) return wrong_base64(contents, "blob");
  return text_member(contents, "text") == nullptr ? wrong_type("text", "text") : "";
}

}  // namespace adomcp
