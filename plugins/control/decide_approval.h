#pragma once

#include <adomcp/arguments.hpp>
#include <optional>
#include <string>

#include "told.h"

namespace adomcp::control {

struct DecidedApproval {
  std::string id;
  std::optional<std::string> status, stage, environment;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &DecidedApproval::id),
                          output::field("status", &DecidedApproval::status,
                                        "After it; pending: it waits for others too."),
                          output::field("stage", &DecidedApproval::stage),
                          output::field("environment", &DecidedApproval::environment));
  }
};

struct Decided {
  DecidedApproval approval;
  Run run;
  std::optional<Notes> notes;

  static constexpr auto fields() {
    return adomcp::fields(output::field("approval", &Decided::approval),
                          output::field("run", &Decided::run),
                          output::field("notes", &Decided::notes));
  }
};

struct WantedDecision {
  std::string approval_id, decision;
  std::optional<std::string> comment;

  static constexpr auto arguments() {
    return adomcp::arguments(
        argument::project("Name or id."), argument::organization(),
        argument::field("approval_id", &WantedDecision::approval_id, "As in id of list_approvals.")
            .max_length(64),
        argument::field("decision", &WantedDecision::decision, "The user's.")
            .one_of("approve", "reject"),
        argument::field("comment", &WantedDecision::comment, "In the user's words.")
            .max_length(1000));
  }
};

/// Reads the approval and its run, refuses one that isn't pending or is another project's, and
/// writes once. Stage and environment are told where they are known: an approval has the id of its
/// record in the run's timeline, and the suite of checks that names the environment that of the
/// record above it.
Decided decide_approval(Call& call, const WantedDecision& wanted);

}  // namespace adomcp::control
