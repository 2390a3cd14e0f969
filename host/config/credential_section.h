#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads how the host signs in somewhere. A managed identity whose client id is left out gets
/// AZURE_MI_CLIENT_ID, which `azure_devops` checks.
class CredentialReader {
 public:
  CredentialReader(const Environment& environment, Problems& problems);

  /// An organisation's `credential`: an identity of the host itself.
  CredentialSettings for_reads(const Field& field) const;
  /// An organisation's `write_credential`, which may be on behalf of callers.
  CredentialSettings for_writes(const Field& field, const AuthSettings& auth) const;
  /// `credential` of another service, whose keys are those of `generic_path`.
  CredentialSettings for_service(const Field& field, std::string_view generic_path) const;
  /// The credential among the other keys of `field`'s mapping; without one, the managed identity.
  CredentialSettings among(const Mapping& mapping, const Field& field) const;

 private:
  /// What a kind of credential is judged by.
  struct Use {
    bool azure_devops = false;
    const AuthSettings* callers = nullptr;  ///< who may be stood for; null: nobody
  };

  CredentialSettings read(const Field& field, std::string_view generic_path, Use use) const;
  std::optional<CredentialSettings> one_of(const Mapping& mapping, const Field& field,
                                           Use use) const;
  CredentialSettings read_kind(std::string_view kind, const Field& field, Use use) const;
  ManagedIdentitySettings read_managed(const Field& field) const;
  WorkloadIdentitySettings read_workload(const Field& field) const;
  EnvironmentCredentialSettings read_environment(const Field& field, Use use) const;
  OnBehalfOfSettings read_on_behalf_of(const Field& field, Use use) const;

  std::string managed_client_id_;
  Problems& problems_;
};

}  // namespace adomcp::config
