#include "outbound_identity/token_answer.h"

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
  const auto token = answer.find("access_token");
  if (token == answer.end() || !token->is_string()) return unreadable("holds no access_token");
  const auto secret = token->get<std::string>();
  if (!is_header_safe(secret)) return unreadable("holds an access_token of the wrong form");
  const auto expires_at = expiry_of(answer, now);
  if (!expires_at) return unreadable("does not say when the token expires");
  return AccessToken{"Bearer " + secret, *expires_at};
}

std::string explanation_in(const std::string& body) {
  const auto answer = json_from(body);
  if (!answer.is_object()) return {};
  for (const char* key : {"message", "error_description", "Message", "error"}) {
    const auto found = answer.find(key);
    if (found != answer.end() && found->is_string()) {
      return safe_excerpt(found->get<std::string>());
    }
  }
  return {};
}

}  // namespace adomcp::outbound_identity
