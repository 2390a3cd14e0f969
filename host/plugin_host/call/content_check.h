#pragma once

#include <string>
#include <string_view>

namespace adomcp::plugin_host {

/// Why this can't be one of MCP's content blocks: a JSON object of type text, image, audio,
/// resource or resource_link, with the members that its type needs. Empty when it can. Goes on
/// after "content block 3 ".
std::string wrong_content(std::string_view block_json);

}  // namespace adomcp::plugin_host
