#pragma once

#include <string>

#include "mcp/snapshot.h"
#include "policy/restriction.h"

namespace adomcp::mcp {

/// Whether there is a resource with this URI, and rules and the caller's own headers let them have
/// it.
bool may_read(const Snapshot& snapshot, const Principal& principal,
              const policy::Restriction& restriction, const std::string& uri);

}  // namespace adomcp::mcp
