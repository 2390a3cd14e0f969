#include "plugin_host/call/content_check.h"

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::plugin_host {
namespace {

using Json = nlohmann::json;

const std::string* text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

std::string lacks(const char* key) {
  return std::string("has no text '") + key + "'";
}

std::string wrong_base64(const Json& object, const char* key) {
  const auto* const bytes = text_in(object, key);
  if (bytes == nullptr) return lacks(key);
  return base64_decode(*bytes) ? "" : std::string("has no valid base64 in '") + key + "'";
}

std::string wrong_media(const Json& block) {
  const auto* const type = text_in(block, "mimeType");
  if (type == nullptr || type->empty()) return lacks("mimeType");
  return wrong_base64(block, "data");
}

/// An embedded resource: either text or blob.
std::string wrong_embedded(const Json& block) {
  const auto found = block.find("resource");
  if (found == block.end() || !found->is_object()) return "has no object 'resource'";
  const auto* const uri = text_in(*found, "uri");
  if (uri == nullptr || uri->empty()) return "has no text 'uri' in its resource";
  const auto type = found->find("mimeType");
  if (type != found->end() && !type->is_string()) return "has a 'mimeType' that is no text";
  if (found->contains("text") == found->contains("blob")) {
    return "needs either 'text' or 'blob' in its resource";
  }
  if (found->contains("blob")) return wrong_base64(*found, "blob");
  return text_in(*found, "text") == nullptr ? "has a 'text' in its resource that is no text" : "";
}

std::string wrong_link(const Json& block) {
  const auto* const uri = text_in(block, "uri");
  if (uri == nullptr || uri->empty()) return lacks("uri");
  return text_in(block, "name") == nullptr ? lacks("name") : "";
}

std::string wrong_block(const Json& block) {
  const auto* const type = text_in(block, "type");
  if (type == nullptr) return lacks("type");
  if (*type == "text") return text_in(block, "text") == nullptr ? lacks("text") : "";
  if (*type == "image" || *type == "audio") return wrong_media(block);
  if (*type == "resource") return wrong_embedded(block);
  if (*type == "resource_link") return wrong_link(block);
  return "is of an unknown type; there are text, image, audio, resource and resource_link";
}

}  // namespace

std::string wrong_content(std::string_view block_json) {
  if (!is_utf8(block_json)) return "is not valid UTF-8";
  const auto block = json_from(block_json);
  if (!block.is_object()) return "is not a JSON object";
  for (const char* const key : {"annotations", "_meta"}) {
    const auto found = block.find(key);
    if (found != block.end() && !found->is_object()) {
      return std::string("has a '") + key + "' that is no object";
    }
  }
  return wrong_block(block);
}

}  // namespace adomcp::plugin_host
