#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

// What plugins may put before clients, whose schemas are strict. Each says what is wrong, as part
// of a sentence, or gives nothing.

namespace adomcp::mcp {

/// Of a content block: text, image, audio, resource_link or resource.
std::string wrong_block(const nlohmann::json& block);

/// Of one entry of a resource's contents: a URI, with either text or a blob in base64.
std::string wrong_contents(const nlohmann::json& contents);

}  // namespace adomcp::mcp
