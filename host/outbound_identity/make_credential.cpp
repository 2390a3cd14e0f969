#include "outbound_identity/make_credential.h"

#include <stdexcept>

#include "outbound_identity/azure_cli_credential.h"
#include "outbound_identity/caching_credential.h"
#include "outbound_identity/environment_credential.h"
#include "outbound_identity/managed_identity_credential.h"
#include "outbound_identity/workload_identity_credential.h"

namespace adomcp::outbound_identity {
namespace {

struct Maker {
  std::string_view resource;
  const Clock& clock;
  const net::HttpClient& http;

  std::unique_ptr<Credential> operator()(const AzureCliSettings& settings) const {
    return cached(std::make_unique<AzureCliCredential>(settings, resource, clock));
  }
  std::unique_ptr<Credential> operator()(const ManagedIdentitySettings& settings) const {
    return cached(std::make_unique<ManagedIdentityCredential>(settings, resource, clock, http));
  }
  std::unique_ptr<Credential> operator()(const WorkloadIdentitySettings& settings) const {
    return cached(std::make_unique<WorkloadIdentityCredential>(settings, resource, clock, http));
  }
  std::unique_ptr<Credential> operator()(const OnBehalfOfSettings&) const {
    throw std::invalid_argument("on_behalf_of is nobody's own identity");
  }
  std::unique_ptr<Credential> operator()(const EnvironmentCredentialSettings& settings) const {
    return std::make_unique<EnvironmentCredential>(settings);
  }

 private:
  std::unique_ptr<Credential> cached(std::unique_ptr<Credential> source) const {
    return std::make_unique<CachingCredential>(std::move(source), clock);
  }
};

}  // namespace

std::unique_ptr<Credential> make_credential(const CredentialSettings& settings,
                                            std::string_view resource, const Clock& clock,
                                            const net::HttpClient& http) {
  return std::visit(Maker{resource, clock, http}, settings);
}

}  // namespace adomcp::outbound_identity
