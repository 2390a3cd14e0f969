#include "outbound_identity/token_service.h"

#include "outbound_identity/token_answer.h"

namespace adomcp::outbound_identity {
namespace {

constexpr const char* kName = "the token service";

net::HttpRequest request_of(const Application& application, const Form& grant) {
  std::string authority = application.authority;
  while (authority.ends_with('/')) authority.pop_back();
  Form form = {{"client_id", application.client_id},
               {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
               {"client_assertion", application.assertion}};
  form.insert(form.end(), grant.begin(), grant.end());
  net::HttpRequest request;
  request.method = "POST";
  request.url = authority + "/" + path_part(application.tenant_id) + "/oauth2/v2.0/token";
  request.content_type = "application/x-www-form-urlencoded";
  request.body = form_text(form);
  return request;
}

}  // namespace

Result<TokenAnswer> TokenService::ask(const Application& application, const Form& grant,
                                      Deadline deadline, const CancelToken& cancel) {
  const auto request = request_of(application, grant);
  const auto reply = ask_patiently(
      client_, [&] { return Result<net::HttpRequest>(request); }, repeats_, kName, deadline,
      cancel);
  if (!reply) return reply.error();
  if (reply->status == 200) {
    auto token = read_token_answer(reply->body, clock_.now(), kName);
    if (!token) return token.error();
    return TokenAnswer{std::move(token).value(), {}};
  }
  if (is_transient(reply->status) || reply->status < 400) {
    return Error{ErrorCode::kUnavailable,
                 "The token service answered " + std::to_string(reply->status) + ".",
                 "Try again in a while."};
  }
  return TokenAnswer{{}, read_refusal(reply->status, reply->body)};
}

}  // namespace adomcp::outbound_identity
