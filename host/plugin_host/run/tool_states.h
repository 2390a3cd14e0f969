#pragma once

#include <vector>

#include "observe/metrics.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// How each tool of `catalog` does now, by name.
std::vector<observe::ToolState> tool_states(const Catalog& catalog);

}  // namespace adomcp::plugin_host
