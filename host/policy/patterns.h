#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

// What the lists of a trigger block and of an access rule match.

namespace adomcp::policy {

/// An entry of digits is an id; any other one is a pattern for the name.
bool pipeline_listed(const RunPipelineWrite& write, const std::vector<std::string>& patterns);

/// Patterns are git branches unless they start with "refs/" or, for TFVC, with "$/". A wildcard
/// never reaches from one kind into another: refs/* is no way to tags, * none to TFVC.
bool branch_listed(const std::string& branch, const std::vector<std::string>& patterns);

/// branch_listed's careful twin, for lists that ask for more: any case, any kind of reference.
bool branch_protected(const std::string& branch, const std::vector<std::string>& patterns);

/// The first name that isn't allowed, in any case; null when all are.
const std::string* first_unlisted(const std::vector<std::string>& names,
                                  const std::vector<std::string>& allowed);

}  // namespace adomcp::policy
