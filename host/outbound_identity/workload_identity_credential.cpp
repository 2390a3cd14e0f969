#include "outbound_identity/workload_identity_credential.h"

#include <fstream>
#include <utility>

#include "core/text.h"
#include "outbound_identity/resources.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} * 1024;

Error not_set(const std::string& variable, const std::string& key) {
  return {ErrorCode::kUnavailable,
          "There is no workload identity here: " + variable + " is not set.",
          "Enable it for this pod, or set " + key + " of workload_identity."};
}

Result<std::string> read_assertion(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMostBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const std::string assertion(trim(text));
  if (is_header_safe(assertion)) return assertion;
  return Error{ErrorCode::kUnavailable, "The file " + path + " can't be read or holds no token.",
               "It should be the workload's federated token; check AZURE_FEDERATED_TOKEN_FILE or "
               "token_file, and that this user may read it."};
}

}  // namespace

WorkloadIdentityCredential::WorkloadIdentityCredential(WorkloadIdentitySettings settings,
                                                       std::string_view resource,
                                                       const Clock& clock, net::HttpClient http,
                                                       Variables variables, Repeats repeats)
    : settings_(std::move(settings)),
      scope_(default_scope(resource)),
      variables_(std::move(variables)),
      service_(clock, std::move(http), repeats) {}

Result<AccessToken> WorkloadIdentityCredential::token(Deadline deadline,
                                                      const CancelToken& cancel) {
  const auto who = application();
  if (!who) return who.error();
  const Form grant = {{"grant_type", "client_credentials"}, {"scope", scope_}};
  auto answer = service_.ask(*who, grant, deadline, cancel);
  if (!answer) return answer.error();
  if (answer->token) return std::move(*answer->token);
  return explain_application(answer->refusal);
}

Result<Application> WorkloadIdentityCredential::application() const {
  const auto either = [this](const std::string& set, const char* variable) {
    return set.empty() ? variables_(variable) : set;
  };
  Application out;
  out.client_id = either(settings_.client_id, "AZURE_CLIENT_ID");
  if (out.client_id.empty()) return not_set("AZURE_CLIENT_ID", "client_id");
  out.tenant_id = either(settings_.tenant_id, "AZURE_TENANT_ID");
  if (out.tenant_id.empty()) return not_set("AZURE_TENANT_ID", "tenant_id");
  const auto file = either(settings_.token_file, "AZURE_FEDERATED_TOKEN_FILE");
  if (file.empty()) return not_set("AZURE_FEDERATED_TOKEN_FILE", "token_file");
  out.authority = either({}, "AZURE_AUTHORITY_HOST");
  if (out.authority.empty()) out.authority = "https://login.microsoftonline.com";
  auto assertion = read_assertion(file);
  if (!assertion) return assertion.error();
  out.assertion = std::move(assertion).value();
  return out;
}

}  // namespace adomcp::outbound_identity
