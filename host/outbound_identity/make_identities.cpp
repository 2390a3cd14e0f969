#include "outbound_identity/make_identities.h"

#include <utility>
#include <variant>

#include "outbound_identity/make_credential.h"
#include "outbound_identity/on_behalf_of_identity.h"
#include "outbound_identity/resources.h"

namespace adomcp::outbound_identity {
namespace {

CredentialSettings vouching_settings(const OnBehalfOfSettings& settings) {
  return std::visit([](const auto& chosen) { return CredentialSettings(chosen); },
                    settings.assertion);
}

std::shared_ptr<IdentitySource> in_names(const OnBehalfOfSettings& settings, const Clock& clock,
                                         const net::HttpClient& http) {
  return std::make_shared<OnBehalfOfIdentity>(
      settings, kAzureDevOpsResource,
      make_credential(vouching_settings(settings), kTokenExchangeResource, clock, http), clock,
      http);
}

std::shared_ptr<IdentitySource> source_of(const CredentialSettings& settings, const Clock& clock,
                                          const net::HttpClient& http) {
  if (const auto* person = std::get_if<OnBehalfOfSettings>(&settings)) {
    return in_names(*person, clock, http);
  }
  return std::make_shared<HostIdentity>(
      make_credential(settings, kAzureDevOpsResource, clock, http));
}

}  // namespace

Identities same_for_all(std::shared_ptr<Credential> credential) {
  const auto source = std::make_shared<HostIdentity>(credential);
  return {std::move(credential), source, source};
}

Identities make_identities(const OrganizationSettings& settings, const Clock& clock,
                           const net::HttpClient& http) {
  Identities out;
  if (const auto* person = std::get_if<OnBehalfOfSettings>(&settings.credential)) {
    out.host = make_credential(vouching_settings(*person), kAzureDevOpsResource, clock, http);
    out.reads = out.writes = in_names(*person, clock, http);
  } else {
    out = same_for_all(make_credential(settings.credential, kAzureDevOpsResource, clock, http));
  }
  if (settings.write_credential) out.writes = source_of(*settings.write_credential, clock, http);
  return out;
}

}  // namespace adomcp::outbound_identity
