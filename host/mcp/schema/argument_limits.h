#pragma once

#include "core/json.h"

namespace adomcp::mcp {

/// Of a call's arguments, and of JSON text in one of them.
inline constexpr JsonLimits kArgumentLimits{std::size_t{256} << 10, 32, 10000};

}  // namespace adomcp::mcp
