#pragma once

#include <memory>
#include <vector>

#include "core/result.h"
#include "core/settings.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// The tools that `plugin` has and `settings.tools` lists, checked as far as a descriptor can be:
/// names, texts, schemas that are JSON objects, flags. One bad tool is an error, because it says
/// that the whole table can't be trusted. Unlisted tools are logged and left out.
Result<std::vector<Tool>> read_tools(const std::shared_ptr<const Plugin>& plugin,
                                     const PluginSettings& settings);

}  // namespace adomcp::plugin_host
