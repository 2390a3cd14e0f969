#pragma once

#include <adomcp/plugin.h>

#include <cstdint>
#include <memory>
#include <string_view>

// What the C functions that plugins call have in common.

namespace adomcp::plugin_host {

class Call;

/// The call of a handle that a plugin gave to `function`; null, and a line in the log, when it is
/// over.
std::shared_ptr<Call> running_call(const adomcp_call* handle, std::string_view function);

/// To the log of what runs on this thread; bounded, and with a word on that, when nothing does.
void log_without_call(std::int32_t level, std::string_view message);

}  // namespace adomcp::plugin_host
