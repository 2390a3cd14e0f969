#include "outbound_identity/token_service.h"

#include <Poco/URI.h>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {

Result<AccessToken> read_token_answer(const std::string& body,
                                      std::chrono::system_clock::time_point now,
                                      const std::string& name) {
  const auto unreadable = [&](const char* what) {
    return Error{ErrorCode::kUnavailable, "The answer of " + name + " " + what + ".", {}};
  };
  const auto answer = json_from(body);
  if (!answer.is_object()) return unreadable("is not JSON");
  const auto* const secret = text_member(answer, "access_token");
  if (secret == nullptr) return unreadable("holds no access_token");
  if (!is_header_safe(*secret)) return unreadable("holds an access_token of the wrong form");
  const auto expires_at = expiry_of(answer, now);
  if (!expires_at) return unreadable("does not say when the token expires");
  return AccessToken{"Bearer " + *secret, *expires_at};
}

std::string explanation_in(const std::string& body) {
  const auto answer = json_from(body);
  if (!answer.is_object()) return {};
  for (const char* key : {"message", "error_description", "Message", "error"}) {
    if (const auto* const found = text_member(answer, key)) return safe_excerpt(*found);
  }
  return {};
}

namespace {

void append_encoded(std::string_view text, std::string& out) {
  Poco::URI::encode(std::string(text), ":/?#[]@!$&'()*+,;=%", out);
}

}  // namespace

std::string form_text(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    append_encoded(name, out);
    out += '=';
    append_encoded(value, out);
  }
  return out;
}

std::string path_part(std::string_view text) {
  std::string out;
  append_encoded(text, out);
  return out;
}

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
