#pragma once

#include <adomcp/ui.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// Reads the `_meta` and the icons of anything that a plugin declares. Gives why it can't have
/// them, empty when it can.
std::string read_extras(std::string_view meta_json, std::string_view icons_json, std::string& meta,
                        std::string& icons);

/// An app as the resource that it is served as, without plugin, timeout and guard. An Error says
/// what is wrong with it: its URI, its words, a page that is no whole document or too large, or
/// what it asks of its sandbox.
Result<Resource> read_app(const adomcp_app& app);

/// Which app shows a tool. An Error: the URI is no app's, or a flag is none.
Result<AppLink> read_app_link(std::string_view uri, std::uint32_t visible_to);

}  // namespace adomcp::plugin_host
