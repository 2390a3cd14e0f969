#pragma once

#include <cstdint>
#include <string>

#include "azure_devops/control_body.h"
#include "azure_devops/run_change.h"
#include "azure_devops/write_steps.h"

namespace adomcp::azure_devops {

/// The life of a write that changes a run: read what it resolves to, decide on that, see that a
/// person has confirmed it where that is asked for, send it once, and after an unclear end look
/// once what happened. Lives as long as one request.
class RunControl {
 public:
  RunControl(Upstream& upstream, const CallScope& scope, const policy::Policy& policy,
             policy::Target target)
      : steps_(upstream, scope, std::move(target)), policy_(policy) {}

  /// `base` gives deadline, cancel token, count and bounds. kUnknown: it may have happened.
  /// kUnconfirmed: the gate knows what a person has to confirm, and nothing was sent.
  Result<UpstreamAnswer> retry_stage(const UpstreamRequest& base, std::int64_t run_id,
                                     const std::string& stage, const StageRetry& retry);
  Result<UpstreamAnswer> cancel_run(const UpstreamRequest& base, std::int64_t run_id);

  /// In the name of the person who asks, or not at all.
  Result<UpstreamAnswer> decide_approval(const UpstreamRequest& base,
                                         const ApprovalDecision& decision);

 private:
  Status read_run(const UpstreamRequest& base, RunChange& change) const;
  Status read_stage(const UpstreamRequest& base, RunChange& change) const;
  Status read_approval(const UpstreamRequest& base, RunChange& change) const;
  Status read_guarded(const UpstreamRequest& base, RunChange& change) const;
  Result<UpstreamAnswer> send(const UpstreamRequest& base, const RunChange& change);
  bool takes_two_steps() const;
  Error unknown(const UpstreamRequest& base, const RunChange& change, const std::string& why) const;
  std::string look(const UpstreamRequest& base, const RunChange& change) const;

  WriteSteps steps_;
  const policy::Policy& policy_;
};

}  // namespace adomcp::azure_devops
