// adomcp/content.hpp - content blocks of a tool's result and of a prompt's messages, as MCP has
// them:
//
//   call.content(adomcp::text_block("Three runs failed."));
//   call.content(adomcp::image_block(png_bytes, "image/png"));
//
// Bytes become base64 here; what is base64 already is handed on as adomcp::Base64{text}.
#pragma once

#include <adomcp/separate.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp {

using Json = nlohmann::json;

/// One content block. `json` may be completed by hand: block.json["annotations"] = …
struct Block {
  Json json;
};

/// Bytes that are text already.
struct Base64 {
  std::string text;
};

/// RFC 4648, with padding.
ADOMCP_SDK_FUNCTION Base64 base64(std::string_view bytes);

ADOMCP_SDK_FUNCTION Block text_block(std::string_view text);

ADOMCP_SDK_FUNCTION Block image_block(Base64 data, std::string_view mime_type);
ADOMCP_SDK_FUNCTION Block image_block(std::string_view bytes, std::string_view mime_type);

ADOMCP_SDK_FUNCTION Block audio_block(Base64 data, std::string_view mime_type);
ADOMCP_SDK_FUNCTION Block audio_block(std::string_view bytes, std::string_view mime_type);

/// What a resource holds, inside the result: text, or as Base64 what isn't text.
ADOMCP_SDK_FUNCTION Block resource_block(std::string_view uri, std::string_view mime_type,
                                         std::string_view text);
ADOMCP_SDK_FUNCTION Block resource_block(std::string_view uri, std::string_view mime_type,
                                         Base64 blob);

/// Where a resource is, for clients that want to read it. Empty words are left out.
ADOMCP_SDK_FUNCTION Block link_block(std::string_view uri, std::string_view name,
                                     std::string_view description = {},
                                     std::string_view mime_type = {});

namespace sdk {

/// Parsed. What isn't JSON gives a discarded value: it has no type, so is_object() and the like are
/// false.
ADOMCP_SDK_FUNCTION Json json_from(std::string_view text);

/// As text, on one line; what isn't UTF-8 in it is replaced.
ADOMCP_SDK_FUNCTION std::string json_text(const Json& json);

}  // namespace sdk
}  // namespace adomcp

#if ADOMCP_SDK_BODIES

namespace adomcp {

ADOMCP_SDK_FUNCTION Base64 base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kGroup = 3;
  Base64 out;
  out.text.reserve((bytes.size() + kGroup - 1) / kGroup * 4);
  for (std::size_t at = 0; at < bytes.size(); at += kGroup) {
    const std::size_t count = bytes.size() - at < kGroup ? bytes.size() - at : kGroup;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < kGroup; ++i) {
      group = (group << 8U) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t digit = 0; digit <= kGroup; ++digit) {
      const std::size_t shift = 6 * (kGroup - digit);
      out.text += digit <= count ? kDigits[(group >> shift) & 63U] : '=';
    }
  }
  return out;
}

ADOMCP_SDK_FUNCTION Block text_block(std::string_view text) {
  return {{{"type", "text"}, {"text", text}}};
}

ADOMCP_SDK_FUNCTION Block image_block(Base64 data, std::string_view mime_type) {
  return {{{"type", "image"}, {"data", std::move(data.text)}, {"mimeType", mime_type}}};
}

ADOMCP_SDK_FUNCTION Block image_block(std::string_view bytes, std::string_view mime_type) {
  return image_block(base64(bytes), mime_type);
}

ADOMCP_SDK_FUNCTION Block audio_block(Base64 data, std::string_view mime_type) {
  return {{{"type", "audio"}, {"data", std::move(data.text)}, {"mimeType", mime_type}}};
}

ADOMCP_SDK_FUNCTION Block audio_block(std::string_view bytes, std::string_view mime_type) {
  return audio_block(base64(bytes), mime_type);
}

ADOMCP_SDK_FUNCTION Block resource_block(std::string_view uri, std::string_view mime_type,
                                         std::string_view text) {
  return {{{"type", "resource"},
           {"resource", {{"uri", uri}, {"mimeType", mime_type}, {"text", text}}}}};
}

ADOMCP_SDK_FUNCTION Block resource_block(std::string_view uri, std::string_view mime_type,
                                         Base64 blob) {
  return {{{"type", "resource"},
           {"resource", {{"uri", uri}, {"mimeType", mime_type}, {"blob", std::move(blob.text)}}}}};
}

ADOMCP_SDK_FUNCTION Block link_block(std::string_view uri, std::string_view name,
                                     std::string_view description, std::string_view mime_type) {
  Block block{{{"type", "resource_link"}, {"uri", uri}, {"name", name}}};
  if (!description.empty()) block.json["description"] = description;
  if (!mime_type.empty()) block.json["mimeType"] = mime_type;
  return block;
}

}  // namespace adomcp

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION Json json_from(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

ADOMCP_SDK_FUNCTION std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace adomcp::sdk

#endif
