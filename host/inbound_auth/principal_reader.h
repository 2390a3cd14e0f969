#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/deadline.h"
#include "core/principal.h"
#include "core/result.h"
#include "inbound_auth/claims.h"
#include "inbound_auth/refusal.h"

namespace adomcp::inbound_auth {

/// Asks the directory for the groups of somebody who has more than a token holds. Thread-safe.
using GroupLookup =
    std::function<Result<std::vector<std::string>>(const Principal& principal, Deadline deadline)>;

/// Who the token says it is, with the groups that it lists.
Principal read_principal(const Claims& claims);

/// The same with all groups. A list that a token only points at is asked for with `lookup`; without
/// one the caller is refused, as rules on groups would else decide on half of the truth.
Checked<Principal> read_principal_with_groups(const Claims& claims, const GroupLookup& lookup);

}  // namespace adomcp::inbound_auth
