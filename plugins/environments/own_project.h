#pragma once

#include <adomcp/plugin.hpp>
#include <string>
#include <vector>

#include "approval_told.h"

namespace adomcp::environments {

/// An approval, and the projects that its links name.
struct FoundApproval {
  Approval told;
  std::vector<std::string> projects;
};

/// Those of the project asked for. Where links have its id and the call its name, a build or a
/// release of the project tells the id, in one round more; the host checks that answer's project.
/// What can't be told to be the project's counts as left out.
std::vector<Approval> own_approvals(Call& call, std::vector<FoundApproval> found,
                                    std::size_t& left_out);

}  // namespace adomcp::environments
