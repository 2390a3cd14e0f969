#pragma once

#include <string>

#include "core/call_record.h"
#include "core/deadline.h"
#include "state/store.h"

namespace adomcp::mcp {

/// Whose confirmation of what: nobody else's, and for nothing else, is accepted. `operation`: the
/// tool's name, with what tells the ways of confirming apart. The arguments are those that came,
/// before the host filled in the project, so that both requests send the same.
std::string binding_of(const CallRecord& record, const std::string& operation);

/// How long the store is waited for. No cancel token: a client that leaves has not unsaid anything.
state::Patience patience_until(Deadline deadline);

}  // namespace adomcp::mcp
