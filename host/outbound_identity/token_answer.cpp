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

}  // namespace adomcp::outbound_identity
