#include "http/operator_pages.h"

#include <algorithm>

#include "http/answers.h"
#include "observe/logging.h"

namespace adomcp::http {
namespace {

bool has_role(const Principal& principal, std::string_view role) {
  return std::find(principal.roles.begin(), principal.roles.end(), role) != principal.roles.end();
}

SignInRefusal missing_role(const Principal& principal, std::string message) {
  SignInRefusal refusal;
  refusal.status = 403;
  refusal.reason = "missing_role";
  refusal.message = std::move(message);
  refusal.principal = principal;
  return refusal;
}

}  // namespace

OperatorPages::OperatorPages(const ServerParts& parts)
    : metrics_(parts.metrics),
      status_(parts.status),
      reload_(parts.reload),
      for_everybody_(parts.auth.mode == "none"),
      log_(parts.log) {}

std::optional<SignInRefusal> OperatorPages::refusal(const Principal& principal) const {
  if (for_everybody_ || has_role(principal, kOperatorRole) || has_role(principal, kAdminRole)) {
    return std::nullopt;
  }
  return missing_role(principal,
                      "this page needs the app role operator or admin; the token has neither");
}

std::optional<SignInRefusal> OperatorPages::refusal_to_change(const Principal& principal) const {
  if (for_everybody_ || has_role(principal, kAdminRole)) return std::nullopt;
  return missing_role(principal, "this needs the app role admin; the token doesn't have it");
}

HttpResponse OperatorPages::answer(const RequestHead& head) const {
  if (head.path == "/status") return status();
  HttpResponse answer = text_answer(metrics_.text());
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return answer;
}

HttpResponse OperatorPages::reload(const HttpRequest& http_request) const {
  if (!reload_) return refuse(404, "this server does not reload");
  return reload_(http_request);
}

HttpResponse OperatorPages::status() const {
  if (!status_) return refuse(404, "this server has no status page");
  try {
    HttpResponse answer;
    answer.body = status_();
    return answer;
  } catch (const std::exception& error) {
    log_->error("http: the status page threw: {}", error.what());
    return refuse(500, "internal error");
  }
}

}  // namespace adomcp::http
