#include "outbound_identity/imds_credential.h"

#include <utility>

#include "outbound_identity/patient_client.h"
#include "outbound_identity/token_service.h"

namespace adomcp::outbound_identity {
namespace {

constexpr const char* kName = "the machine's metadata service";
constexpr int kAttempts = 5;

/// Silence is how machines without the service answer, so it isn't waited for twice.
bool worth_repeating(int status) {
  return status == 404 || status == 410 || status == 429 || status >= 500;
}

Error nobody_there(const Error& error) {
  return {ErrorCode::kUnavailable,
          "There is no managed identity here: IDENTITY_ENDPOINT is not set. " + error.message,
          "Enable a managed identity on this app or machine, or configure another credential "
          "(azure_cli on a developer's machine)."};
}

Error refused(const net::HttpReply& reply) {
  const std::string said = explanation_in(reply.body);
  std::string hint =
      "Check that the identity is assigned to this machine and AZURE_MI_CLIENT_ID "
      "is its client id.";
  if (worth_repeating(reply.status) && reply.status != 404) hint = "Try again in a minute.";
  return {ErrorCode::kUnavailable,
          "The machine's metadata service answered " + std::to_string(reply.status) +
              (said.empty() ? "." : ": " + said),
          std::move(hint)};
}

}  // namespace

ImdsCredential::ImdsCredential(ManagedIdentitySettings settings, std::string_view resource,
                               const Clock& clock, net::HttpClient http, Variables variables,
                               std::chrono::milliseconds first_pause)
    : settings_(std::move(settings)),
      resource_(resource),
      clock_(clock),
      variables_(std::move(variables)),
      first_pause_(first_pause),
      client_(std::move(http)) {}

Result<AccessToken> ImdsCredential::token(Deadline deadline, const CancelToken& cancel) {
  const Repeats repeats{kAttempts, first_pause_, worth_repeating};
  const auto reply = ask_patiently(
      client_, [this] { return Result<net::HttpRequest>(request()); }, repeats, kName, deadline,
      cancel);
  if (!reply && reply.error().code == ErrorCode::kInvalid) {
    return Error{ErrorCode::kInvalid, "AZURE_POD_IDENTITY_AUTHORITY_HOST can't be used.",
                 "Unset it, or set it to an http URL of this machine."};
  }
  if (!reply && reply.error().code == ErrorCode::kUnavailable) return nobody_there(reply.error());
  if (!reply) return reply.error();
  if (reply->status != 200) return refused(*reply);
  return read_token_answer(reply->body, clock_.now(), kName);
}

net::HttpRequest ImdsCredential::request() const {
  std::string base = variables_("AZURE_POD_IDENTITY_AUTHORITY_HOST");
  if (base.empty()) base = "http://169.254.169.254";
  while (base.ends_with('/')) base.pop_back();
  Form form = {{"api-version", "2018-02-01"}, {"resource", resource_}};
  if (!settings_.client_id.empty()) form.emplace_back("client_id", settings_.client_id);
  net::HttpRequest request;
  request.url = base + "/metadata/identity/oauth2/token?" + form_text(form);
  request.headers = {{"Metadata", "true"}};
  request.plain = net::PlainHttp::kLoopbackAndLinkLocal;
  request.connect_timeout = std::chrono::seconds(1);
  return request;
}

}  // namespace adomcp::outbound_identity
