#pragma once

namespace adomcp::mcp {

/// What clients can be told of. kResource: the contents of the one with some URI.
enum class Change { kTools, kPrompts, kResources, kResource };

}  // namespace adomcp::mcp
