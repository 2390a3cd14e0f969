#pragma once

#include <functional>
#include <memory>

#include "azure_devops/client.h"
#include "policy/policy.h"

namespace adomcp::azure_devops {

class Upstream;
struct UpstreamAnswer;

/// Gives the policy that is in force now; one snapshot serves one request.
using PolicySource = std::function<std::shared_ptr<const policy::Policy>()>;

/// The life of one request of a tool: find the listed project, check method, path and query, send
/// it to the project's id, check that the answer is that project's.
class RestClient final : public Client {
 public:
  /// `concurrency`: how many requests of one send_all go out at a time.
  RestClient(std::shared_ptr<Upstream> upstream, PolicySource policy, unsigned concurrency = 4);
  ~RestClient() override;

  Result<Response> send(const CallScope& scope, const Request& request) override;
  std::vector<Result<Response>> send_all(const CallScope& scope,
                                         const std::vector<Request>& requests) override;

 private:
  struct Write;
  Result<Response> run(const Write& write);
  Result<Response> change(const Write& write);
  Result<UpstreamAnswer> sent_change(const Write& write);

  std::shared_ptr<Upstream> upstream_;
  PolicySource policy_;
  unsigned concurrency_;
};

}  // namespace adomcp::azure_devops
