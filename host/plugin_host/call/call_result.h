#pragma once

#include <adomcp/plugin.h>

#include "plugin_host/invoker.h"

namespace adomcp::plugin_host {

/// Sets outcome, is_error and error_type from what the plugin returned, and words where it gave
/// none. `replied`: it made a good reply, which is in `result` already, as are content blocks.
/// With INPUT_REQUIRED it has asked, and not replied.
void conclude(CallResult& result, adomcp_status status, bool replied, OperationKind kind);

/// Cleans what a plugin replied (core/cleaning.h): text, structured answer and blocks.
void clean(CallResult& result, OperationKind kind);

/// A failure that the host itself found.
CallResult failure(Outcome outcome, std::string error_type, std::string text);

}  // namespace adomcp::plugin_host
