#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"

// What plugins may say of themselves beside words: `_meta` and `icons`. Both go into lists that
// every client reads again and again, so that they are small.

namespace adomcp {

/// The most bytes of one `_meta`, and of one list of icons.
constexpr std::size_t kMaxMeta = std::size_t{16} * 1024;

/// A plugin's `_meta` as compact JSON; empty when there is none. An Error says, as what follows
/// "its meta_json ", that it is no object, too large, or has a key that is MCP's own (a prefix
/// whose second label is `mcp` or `modelcontextprotocol`) or stands for an app (`ui`).
Result<std::string> read_meta(std::string_view meta_json);

/// A plugin's icons as compact JSON, MCP's list of Icon; empty when there are none. An Error is as
/// of read_meta. `src` is https: or a data: URI of an image in base64: what else a client would
/// fetch isn't a plugin's to choose.
Result<std::string> read_icons(std::string_view icons_json);

/// Whether a `_meta` of contents or results is small enough to be handed on.
bool is_small_meta(const nlohmann::json& meta);

}  // namespace adomcp
