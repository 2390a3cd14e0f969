#pragma once

#include "azure_devops/typed_write.h"
#include "core/write_gate.h"
#include "policy/policy.h"

// Pure: a write in words for the person who confirms it, and as a digest of all that will be sent.

namespace adomcp::azure_devops {

/// The summary names everything that `body` sets; secret values are left out and long ones cut.
/// Names and values come from strangers, so they are quoted and written in ASCII: no character
/// can hide, look like another or end its quotes. The digest differs as soon as anything does.
PendingWrite pending_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                           const RunPipelineBody& body);

}  // namespace adomcp::azure_devops
