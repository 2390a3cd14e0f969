#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "azure_devops/pipeline_list.h"
#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "core/settings.h"
#include "policy/policy.h"

namespace adomcp::azure_devops {

class Upstream;

/// A listed project that has no id yet, and why. For readiness and the log.
struct ProjectProblem {
  std::string organization;
  std::string project;
  std::string message;
};

/// Turns the allowlist's names into project ids, and holds the policy made of them: an immutable
/// snapshot that only gets more complete until it is replaced. Thread-safe.
class ProjectDirectory {
 public:
  /// Gives the JSON text of one project.
  using Fetch = std::function<Result<std::string>(const std::string& organization,
                                                  const std::string& project, Deadline deadline)>;

  /// `access` goes into every snapshot as it is. `pipelines` may be null: then what
  /// `protected.pipelines` names is known by name alone.
  ProjectDirectory(const std::vector<OrganizationSettings>& organizations, policy::Access access,
                   Fetch fetch, std::chrono::milliseconds retry_interval = std::chrono::seconds(5),
                   ListPipelines pipelines = {});

  /// Another allowlist and other rules. The ids that are known stay known; what is new is asked for
  /// by current().
  void replace(const std::vector<OrganizationSettings>& organizations, policy::Access access);

  /// Asks for every project that has no id yet, and which pipelines are protected. One caller at a
  /// time; others wait.
  void resolve(Deadline deadline);

  /// The policy as it is. Never waits for the network.
  std::shared_ptr<const policy::Policy> snapshot() const;

  /// The policy, after one short attempt at what is missing when the last one is long enough ago
  /// and nobody else is at it.
  std::shared_ptr<const policy::Policy> current();

  /// Empty once every project has its id.
  std::vector<ProjectProblem> problems() const;

  /// Projects where every start is confirmed, because it isn't known which pipelines are protected.
  std::vector<ProjectProblem> unclear() const;

 private:
  struct State {
    std::shared_ptr<const policy::Policy> policy;
    std::vector<ProjectProblem> problems;
    bool unread = false;  ///< some project's protected pipelines
    std::chrono::steady_clock::time_point attempted;
  };
  void resolve_missing(Deadline deadline);

  policy::Policy policy_of(const std::vector<OrganizationSettings>& organizations,
                           policy::Access access) const;

  Fetch fetch_;
  ListPipelines pipelines_;
  std::chrono::milliseconds retry_interval_;
  std::mutex resolving_;      // guards the right to resolve, so that one thread does
  mutable std::mutex mutex_;  // guards state_
  State state_;
};

/// Fetches projects from the organisations that `upstream` knows.
ProjectDirectory::Fetch project_fetcher(std::shared_ptr<Upstream> upstream);

}  // namespace adomcp::azure_devops
