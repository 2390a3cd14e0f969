#pragma once

#include <adomcp/arguments.hpp>
#include <optional>
#include <string>

#include "approval_told.h"

namespace adomcp::environments {

struct WantedApprovals {
  std::optional<std::string> kind;
  std::string state;
  std::optional<std::string> assigned_to;
  std::int64_t top;

  static constexpr auto arguments() {
    return adomcp::arguments(
        argument::project(), argument::organization(),
        argument::field("kind", &WantedApprovals::kind,
                        "yaml: of pipeline runs; release: of classic releases. Default: both.")
            .one_of("yaml", "release"),
        argument::field("state", &WantedApprovals::state,
                        "Approvals in this state; releases have no timedOut and deferred.")
            .one_of("pending", "approved", "rejected", "canceled", "skipped", "timedOut",
                    "deferred")
            .otherwise("pending"),
        argument::field("assigned_to", &WantedApprovals::assigned_to,
                        "Only those assigned to this person (e-mail address).")
            .max_length(256),
        argument::top(&WantedApprovals::top, "How many at most."));
  }
};

/// Three rounds: the approvals of both kinds side by side; a build and a release, to know those of
/// the project; the timelines of at most 8 runs that wait, for the names of the stages. What one
/// kind can't give becomes a note.
Approvals list_approvals(Call& call, const WantedApprovals& wanted);

}  // namespace adomcp::environments
