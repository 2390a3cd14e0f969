#pragma once

#include "azure_devops/typed_write.h"
#include "core/write_gate.h"
#include "policy/policy.h"

// Pure: a write in words for the person who confirms it, and as a digest of all that will be sent.

namespace adomcp::azure_devops {

/// No summary is longer, so that a client shows it whole.
inline constexpr std::size_t kMaxSummary = 4096;

/// The summary says everything that `body` sets, each value whole and on a line of its own, as
/// plain_literal has it. Where that is impossible (longer than kMaxSummary, or a value is marked
/// secret) it is empty and `hidden` says why. The digest differs as soon as anything does.
PendingWrite pending_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                           const RunPipelineBody& body);

/// The same for the audit; its digest is pending_write's.
ResolvedWrite resolved_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                             const RunPipelineBody& body);

}  // namespace adomcp::azure_devops
