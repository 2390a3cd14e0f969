#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What answers say of a run that hasn't ended: shared by get_run and wait_for_run.

namespace adomcp::runs::told {

struct Approver {
  std::string name;
  std::optional<std::string> status, decided_by, comment;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &Approver::name), output::field("status", &Approver::status),
        output::field("decided_by", &Approver::decided_by, "Where it was somebody else."),
        output::field("comment", &Approver::comment));
  }
};

/// Something that the run waits for, or an approval that was decided.
struct Check {
  std::string kind;
  std::optional<std::string> stage, job, what, since, status, approval_id;
  std::optional<std::int64_t> approvals_needed;
  std::optional<std::vector<Approver>> approvers;
  std::optional<std::int64_t> approvers_left_out;
  std::optional<std::string> instructions, pool;
  std::optional<std::int64_t> queue_position;
  std::optional<std::vector<std::string>> demands;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("for", &Check::kind)
            .one_of("approval", "permission", "validation", "check", "agent", "queue"),
        output::field("stage", &Check::stage), output::field("job", &Check::job),
        output::field("what", &Check::what), output::field("since", &Check::since).date_time(),
        output::field("status", &Check::status, "Of an approval, as Azure says it."),
        output::field("approval_id", &Check::approval_id),
        output::field("approvals_needed", &Check::approvals_needed),
        output::field("approvers", &Check::approvers, "Who may decide, and who did."),
        output::field("approvers_left_out", &Check::approvers_left_out),
        output::field("instructions", &Check::instructions), output::field("pool", &Check::pool),
        output::field("queue_position", &Check::queue_position),
        output::field("demands", &Check::demands));
  }
};

/// A task that runs now, or a job between two of them.
struct Running {
  std::optional<std::string> stage, job, task, agent, since;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("stage", &Running::stage), output::field("job", &Running::job),
        output::field("task", &Running::task), output::field("agent", &Running::agent),
        output::field("since", &Running::since).date_time());
  }
};

}  // namespace adomcp::runs::told
