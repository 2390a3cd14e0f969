#include "http/operator_pages.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "http/answers.h"
#include "http/refusal.h"

namespace adomcp::http {

OperatorPages::OperatorPages(const ServerParts& parts)
    : metrics_(parts.metrics),
      status_(parts.status),
      for_everybody_(parts.auth.mode == "none"),
      log_(parts.log) {}

std::optional<SignInRefusal> OperatorPages::refusal(const Principal& principal) const {
  const auto opens = [](const std::string& role) {
    return role == kOperatorRole || role == kAdminRole;
  };
  if (for_everybody_) return std::nullopt;
  if (std::any_of(principal.roles.begin(), principal.roles.end(), opens)) return std::nullopt;
  SignInRefusal refusal;
  refusal.status = 403;
  refusal.reason = "missing_role";
  refusal.message = "this page needs the app role operator or admin; the token has neither";
  refusal.principal = principal;
  return refusal;
}

Answer OperatorPages::answer(const RequestHead& head) const {
  if (head.path == "/status") return status();
  Answer answer = text_answer(metrics_.text());
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return answer;
}

Answer OperatorPages::status() const {
  if (!status_) return refuse(404, "this server has no status page");
  try {
    Answer answer;
    answer.body = status_();
    return answer;
  } catch (const std::exception& error) {
    log_->error("http: the status page threw: {}", error.what());
    return refuse(500, "internal error");
  }
}

}  // namespace adomcp::http
