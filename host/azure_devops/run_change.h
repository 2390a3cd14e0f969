#pragma once

#include <cstdint>
#include <string>

#include "core/write_gate.h"
#include "policy/control.h"

// Pure: a change to a run in words for the person who confirms it, as a digest, and for the audit.

namespace adomcp::azure_devops {

/// A change with everything that it resolves to, and as it will be sent.
struct RunChange {
  policy::ControlWrite write;
  std::int64_t run_id = 0;
  std::string run_number;
  std::string run_state;     ///< "inProgress", or the result of one that is complete
  std::string stage_name;    ///< as it is shown; empty: as the YAML names it, or not known
  std::int64_t attempt = 0;  ///< kRetryStage: the stage's last one
  bool all_jobs = false;
  std::string approval_id;
  bool approve = false;
  std::string comment;
  std::string instructions;          ///< of the approval, for those who decide; cleaned
  std::size_t instructions_cut = 0;  ///< bytes of them that are left out
  std::string instructions_sha256;   ///< of the whole of them
  std::string path;                  ///< of the request, below _apis/
  std::string query;
  std::string body;
};

/// The summary says all that is sent, each text of strangers as plain_literal has it. Where it
/// would be longer than a client shows, it is empty and `hidden` says so. The digest differs as
/// soon as anything of it does, also when the run or the stage has gone on meanwhile.
PendingWrite pending_change(const policy::Target& target, const RunChange& change);

/// The same for the audit; its digest is pending_change's.
ResolvedWrite resolved_change(const policy::Target& target, const RunChange& change);

}  // namespace adomcp::azure_devops
