#pragma once

#include <string>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "azure_devops/upstream.h"
#include "core/write_gate.h"
#include "policy/policy.h"

namespace adomcp::azure_devops {

/// How long a look after an unclear end may take.
inline constexpr std::chrono::milliseconds kLook{5000};

/// What every write does on its way: it reads what it resolves to, tells the call's gate what that
/// is, and passes it. Refers to all that it is made of; lives as long as one request.
class WriteSteps {
 public:
  WriteSteps(Upstream& upstream, const CallScope& scope, policy::Target target)
      : upstream_(upstream), scope_(scope), target_(std::move(target)) {}

  const CallScope& scope() const { return scope_; }
  const policy::Target& target() const { return target_; }
  Upstream& upstream() const { return upstream_; }

  /// A GET in the project as the writer, its answer checked to be JSON of this project. `base`
  /// gives deadline, cancel token and count.
  /// `max_bytes`: of it; 0: what is usual.
  Result<UpstreamAnswer> read(UpstreamRequest base, const std::string& path,
                              const std::string& query, std::uint64_t max_bytes = 0) const;

  /// The audit learns what the write resolved to.
  void note(const ResolvedWrite& write) const;

  /// The refusal that `decision` is.
  Error refused(const Decision& decision) const;

  /// Lets the write through that nobody has to confirm, or that a person has confirmed. `pending`
  /// is asked for only where it is needed. kUnconfirmed otherwise.
  template <typename MakePending>
  Status permit(bool needs_confirmation, const MakePending& pending) const {
    if (needs_confirmation) return confirmed(pending());
    if (scope_.gate) scope_.gate->passed();
    return Done{};
  }

  /// Leaves time for a look before the call is over.
  static Deadline with_reserve(Deadline deadline);

 private:
  Status confirmed(const PendingWrite& pending) const;

  Upstream& upstream_;
  const CallScope& scope_;
  policy::Target target_;
};

}  // namespace adomcp::azure_devops
