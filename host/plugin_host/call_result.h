#pragma once

#include <adomcp/plugin.h>

#include "plugin_host/invoker.h"

namespace adomcp::plugin_host {

/// Sets outcome, is_error and error_type from what call() returned, and words where the plugin
/// gave none. `replied`: the plugin made a good reply, which is in `result` already.
void conclude(CallResult& result, adomcp_status status, bool replied);

/// A failure that the host itself found.
CallResult failure(Outcome outcome, std::string error_type, std::string text);

}  // namespace adomcp::plugin_host
