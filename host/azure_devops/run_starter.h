#pragma once

#include <cstdint>
#include <string>

#include "azure_devops/run_source.h"
#include "azure_devops/typed_write.h"
#include "azure_devops/write_steps.h"
#include "policy/policy.h"

namespace adomcp::azure_devops {

/// The life of a start: read what it resolves to, decide on that, pin the commit, see that a
/// person has confirmed it where that is asked for, send it once, and after an unclear end look
/// once what happened. A preview takes the same way, but nobody confirms it. Lives as long as one
/// request.
class RunStarter {
 public:
  RunStarter(Upstream& upstream, const CallScope& scope, const policy::Policy& policy,
             policy::Target target)
      : steps_(upstream, scope, std::move(target)), policy_(policy) {}

  /// `base` gives deadline, cancel token, count and bounds. kUnknown: it may have started.
  /// kUnconfirmed: the gate knows what a person has to confirm, and nothing was sent.
  Result<UpstreamAnswer> start(const UpstreamRequest& base, std::int64_t pipeline_id,
                               RunPipelineBody body);

  /// What a start would run, under the same rules. Never kUnknown, as nothing is started.
  Result<UpstreamAnswer> preview(const UpstreamRequest& base, std::int64_t pipeline_id,
                                 RunPipelineBody body);

 private:
  Result<policy::RunPipelineWrite> prepare(const UpstreamRequest& base, std::int64_t pipeline_id,
                                           RunPipelineBody& body);
  Result<policy::RunPipelineWrite> resolve(const UpstreamRequest& base, std::int64_t pipeline_id,
                                           RunPipelineBody& body);
  Status pin(const UpstreamRequest& base, RunPipelineBody& body);
  PendingWrite pending(const policy::RunPipelineWrite& write, const RunPipelineBody& body) const;
  void note(const policy::RunPipelineWrite& write, const RunPipelineBody& body) const;
  UpstreamRequest request_for(const UpstreamRequest& base, std::int64_t pipeline_id,
                              const RunPipelineBody& body) const;
  Error unknown(const UpstreamRequest& base, const policy::RunPipelineWrite& write,
                const std::string& why);
  std::string look(const UpstreamRequest& base, const policy::RunPipelineWrite& write);

  WriteSteps steps_;
  const policy::Policy& policy_;
  RunSource source_;                 ///< from resolve() on
  bool needs_confirmation_ = false;  ///< from prepare() on
  std::string sent_at_;              ///< by the server's clock, "2026-11-23T12:00:00"
};

}  // namespace adomcp::azure_devops
