#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

// What plugins may put before clients, whose schemas are strict: one member of a wrong type, and a
// client drops the whole answer. Each says what is wrong, as what follows "content block 3 ", and
// is empty when nothing is.

namespace adomcp {

/// Of a content block: text, image, audio, resource or resource_link.
std::string wrong_block(const nlohmann::json& block);

/// The same of a block as text.
std::string wrong_content(std::string_view block_json);

/// Of one entry of a resource's contents: a URI, with either text or a blob in base64.
std::string wrong_contents(const nlohmann::json& contents);

}  // namespace adomcp
