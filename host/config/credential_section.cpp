#include "config/credential_section.h"

#include <algorithm>
#include <array>

#include "config/forms.h"
#include "config/url_field.h"
#include "core/guid.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"managed_identity", "workload_identity",
                                                    "azure_cli", "on_behalf_of", "environment"};

constexpr const char* kAdvice =
    "must be one of `managed_identity: {}`, `workload_identity: {}`, `azure_cli` or "
    "`environment: {variable: …}`";
constexpr const char* kWriteAdvice =
    "must be one of `on_behalf_of: {}`, `managed_identity: {}`, `workload_identity: {}`, "
    "`azure_cli` or `environment: {variable: …}`";

std::string read_identity_id(const Field& field) {
  const auto text = field.text(true);  // empty: as if left out, so that ${NAME:-} can be written
  if (!text || text->empty()) return {};
  if (!is_identity_id(*text))
    field.complain("must be an id or a domain name, not " + field.shown());
  return *text;
}

/// A GUID in lower case; `otherwise` when it is left out.
std::string read_guid(const Field& field, const std::string& otherwise) {
  const auto text = field.text(true);
  if (!text || text->empty()) return otherwise;
  if (!is_guid(*text)) field.complain("must be a GUID, not " + field.shown());
  return to_lower(*text);
}

std::string first_guid(const std::vector<std::string>& texts) {
  const auto found = std::find_if(texts.begin(), texts.end(),
                                  [](const std::string& text) { return is_guid(text); });
  return found == texts.end() ? std::string() : to_lower(*found);
}

/// Why nobody can be stood for; empty when callers can be.
std::string why_not_on_behalf(const AuthSettings* callers) {
  if (callers == nullptr) {
    return "is for write_credential only; reads need an identity of the host itself";
  }
  if (callers->mode == "none") return "needs callers who sign in, and auth.mode is none";
  if (callers->provider == "oidc") return "needs tokens of Entra, and auth.provider is oidc";
  return {};
}

}  // namespace

CredentialReader::CredentialReader(const Environment& environment, Problems& problems)
    : managed_client_id_(trim(variable(environment, "AZURE_MI_CLIENT_ID"))), problems_(problems) {}

CredentialSettings CredentialReader::for_reads(const Field& field) const {
  return read(field, "azure_devops.organizations[].credential", {true, nullptr});
}

CredentialSettings CredentialReader::for_writes(const Field& field,
                                                const AuthSettings& auth) const {
  return read(field, "azure_devops.organizations[].write_credential", {true, &auth});
}

CredentialSettings CredentialReader::for_service(const Field& field,
                                                 std::string_view generic_path) const {
  return read(field, generic_path, {});
}

CredentialSettings CredentialReader::among(const Mapping& mapping, const Field& field) const {
  return one_of(mapping, field, {}).value_or(ManagedIdentitySettings{managed_client_id_});
}

CredentialSettings CredentialReader::read(const Field& field, std::string_view generic_path,
                                          Use use) const {
  const std::string advice = use.callers == nullptr ? kAdvice : kWriteAdvice;
  if (field.is_scalar()) {
    if (!field.node()->broken && field.node()->text != "azure_cli") {
      field.complain(advice + ", not " + field.shown());
    }
    return AzureCliSettings{};
  }
  const Mapping mapping(field, generic_path, problems_);
  if (!mapping) return AzureCliSettings{};
  const auto found = one_of(mapping, field, use);
  if (!found) field.complain(advice);
  return found.value_or(AzureCliSettings{});
}

std::optional<CredentialSettings> CredentialReader::one_of(const Mapping& mapping,
                                                           const Field& field, Use use) const {
  std::optional<CredentialSettings> out;
  std::string_view first;
  for (const auto kind : kKinds) {
    if (!mapping.knows(kind) || !mapping[kind].present()) continue;
    if (out) {
      field.complain("holds both " + std::string(first) + " and " + std::string(kind) +
                     "; keep one");
      break;
    }
    first = kind;
    out = read_kind(kind, mapping[kind], use);
  }
  return out;
}

CredentialSettings CredentialReader::read_kind(std::string_view kind, const Field& field,
                                               Use use) const {
  if (kind == "managed_identity") return read_managed(field);
  if (kind == "workload_identity") return read_workload(field);
  if (kind == "environment") return read_environment(field, use);
  if (kind == "on_behalf_of") return read_on_behalf_of(field, use);
  const Mapping mapping(field, "azure_cli", problems_);
  return AzureCliSettings{read_identity_id(mapping["tenant"])};
}

ManagedIdentitySettings CredentialReader::read_managed(const Field& field) const {
  const Mapping mapping(field, "managed_identity", problems_);
  const std::string id = read_identity_id(mapping["client_id"]);
  return ManagedIdentitySettings{id.empty() ? managed_client_id_ : id};
}

WorkloadIdentitySettings CredentialReader::read_workload(const Field& field) const {
  const Mapping mapping(field, "workload_identity", problems_);
  WorkloadIdentitySettings out{
      read_identity_id(mapping["client_id"]), read_identity_id(mapping["tenant_id"]), {}};
  const Field file = mapping["token_file"];
  out.token_file = file.text(true).value_or("");
  if (!out.token_file.empty() && !out.token_file.starts_with('/')) {
    file.complain("must be an absolute path, not " + file.shown());
  }
  return out;
}

EnvironmentCredentialSettings CredentialReader::read_environment(const Field& field,
                                                                 Use use) const {
  EnvironmentCredentialSettings out;
  const Mapping mapping(field, "environment", problems_);
  if (!mapping) return out;
  const Field name = mapping["variable"];
  if (const auto text = name.required().text()) {
    if (!is_environment_name(*text)) {
      name.complain("must be the name of an environment variable, not its value");
    }
    out.variable = *text;
  }
  const Field scheme = mapping["scheme"];
  out.pat = scheme.required("write bearer or pat").choice({"bearer", "pat"}) == "pat";
  if (out.pat && !use.azure_devops) {
    scheme.complain("must be bearer here; personal access tokens are Azure DevOps' own");
  }
  return out;
}

OnBehalfOfSettings CredentialReader::read_on_behalf_of(const Field& field, Use use) const {
  OnBehalfOfSettings out;
  if (const auto why = why_not_on_behalf(use.callers); !why.empty()) {
    field.complain(why);
    return out;
  }
  const Mapping mapping(field, "on_behalf_of", problems_);
  if (!mapping) return out;
  const Field client = mapping["client_id"];
  out.client_id = read_guid(client, first_guid(use.callers->audiences));
  if (out.client_id.empty() && !use.callers->audiences.empty()) {
    client.complain("is missing; none of auth.audiences is a GUID that could stand in");
  }
  out.tenant_id = read_guid(mapping["tenant_id"], use.callers->tenant_id);
  read_base_url(mapping["authority"], out.authority);
  const auto assertion = among(mapping, field);
  if (const auto* workload = std::get_if<WorkloadIdentitySettings>(&assertion)) {
    out.assertion = *workload;
  } else if (const auto* managed = std::get_if<ManagedIdentitySettings>(&assertion)) {
    out.assertion = *managed;
  }
  return out;
}

}  // namespace adomcp::config
