#include "outbound_identity/managed_identity_credential.h"

#include <utility>

#include "outbound_identity/patient_client.h"
#include "outbound_identity/token_service.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

constexpr const char* kName = "the managed identity endpoint";
constexpr int kAttempts = 4;

Error no_http_url() {
  return {ErrorCode::kInvalid, "IDENTITY_ENDPOINT is not an http URL of this machine.", {}};
}

Error refused(const net::HttpReply& reply) {
  const std::string said = explanation_in(reply.body);
  return {ErrorCode::kUnavailable,
          "The managed identity endpoint answered " + std::to_string(reply.status) +
              (said.empty() ? "." : ": " + said),
          "Check that the identity is assigned to this app and AZURE_MI_CLIENT_ID is its client "
          "id."};
}

}  // namespace

ManagedIdentityCredential::ManagedIdentityCredential(ManagedIdentitySettings settings,
                                                     std::string_view resource, const Clock& clock,
                                                     net::HttpClient http, Variables variables,
                                                     std::chrono::milliseconds first_pause)
    : settings_(std::move(settings)),
      resource_(resource),
      clock_(clock),
      variables_(std::move(variables)),
      first_pause_(first_pause),
      client_(std::move(http)),
      machine_(settings_, resource_, clock_, client_, variables_) {}

Result<AccessToken> ManagedIdentityCredential::token(Deadline deadline, const CancelToken& cancel) {
  if (variables_("IDENTITY_ENDPOINT").empty()) {
    if (variables_("AZURE_FEDERATED_TOKEN_FILE").empty()) return machine_.token(deadline, cancel);
    return Error{ErrorCode::kUnavailable,
                 "This pod has a workload identity (AZURE_FEDERATED_TOKEN_FILE is set), and a "
                 "managed identity here would be the whole node's.",
                 "Configure `workload_identity` instead of `managed_identity`."};
  }
  const Repeats repeats{kAttempts, first_pause_, is_transient};
  const auto reply = ask_patiently(
      client_, [this] { return request(); }, repeats, kName, deadline, cancel);
  if (!reply && reply.error().code == ErrorCode::kInvalid) return no_http_url();
  if (!reply) return reply.error();
  if (reply->status != 200) return refused(*reply);
  return read_token_answer(reply->body, clock_.now(), kName);
}

/// The platform rotates the header's value, so both variables are read again for each attempt.
Result<net::HttpRequest> ManagedIdentityCredential::request() const {
  const std::string endpoint = variables_("IDENTITY_ENDPOINT");
  const std::string secret = variables_("IDENTITY_HEADER");
  if (!is_header_safe(secret)) {
    return Error{ErrorCode::kUnavailable,
                 "There is no managed identity here: IDENTITY_HEADER is not set.",
                 "Enable a managed identity on this app, or configure another credential."};
  }
  if (!endpoint.starts_with("http://")) return no_http_url();
  Form form = {{"resource", resource_}, {"api-version", "2019-08-01"}};
  if (!settings_.client_id.empty()) form.emplace_back("client_id", settings_.client_id);
  net::HttpRequest request;
  request.url = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") + form_text(form);
  request.headers = {{"X-IDENTITY-HEADER", secret}};
  request.plain = net::PlainHttp::kLoopbackAndLinkLocal;
  return request;
}

}  // namespace adomcp::outbound_identity
