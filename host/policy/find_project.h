#pragma once

#include "core/decision.h"
#include "policy/policy.h"

namespace adomcp::policy {

/// The listed project that a write is about, by its id; null when there is none, and for an id that
/// isn't known yet.
const Project* find_project(const Target& target, const Policy& policy);

/// The denial then.
Decision not_on_allowlist(const Target& target);

}  // namespace adomcp::policy
