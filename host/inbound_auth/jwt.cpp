#include "inbound_auth/jwt.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::inbound_auth {
namespace {

constexpr std::size_t kMaxToken = std::size_t{16} * 1024;
constexpr std::size_t kMaxHeader = std::size_t{4} * 1024;
constexpr std::size_t kMaxKeyId = 256;

SignInRefusal malformed() {
  return invalid_token("malformed_token",
                       "The token is not a signed JSON Web Token. Send the access token itself, "
                       "whole and unchanged.");
}

/// Access tokens say "JWT" or "at+jwt" (RFC 9068), or nothing.
bool is_access_token_type(const nlohmann::json& header) {
  const auto type = header.find("typ");
  if (type == header.end()) return true;
  const auto text = text_at(header, "typ");
  return iequals(text, "JWT") || iequals(text, "at+jwt") || iequals(text, "application/at+jwt");
}

std::optional<SignInRefusal> read_header(const nlohmann::json& header, Jwt& jwt) {
  if (header.contains("crit")) {
    return invalid_token("critical_header",
                         "The token asks for rules that this server doesn't know (crit).");
  }
  if (!is_access_token_type(header)) {
    return invalid_token("wrong_type", "The token's type is not that of an access token.");
  }
  jwt.algorithm = text_at(header, "alg");
  jwt.key_id = text_at(header, "kid");
  if (jwt.algorithm.empty()) return malformed();
  if (jwt.key_id.empty() || jwt.key_id.size() > kMaxKeyId) {
    return invalid_token("no_key_id", "The token doesn't name the key that signed it (kid).");
  }
  return std::nullopt;
}

}  // namespace

Checked<Jwt> parse_jwt(std::string_view token) {
  if (token.size() > kMaxToken) {
    return invalid_token("token_too_large", "The token is larger than 16 KiB.");
  }
  if (std::count(token.begin(), token.end(), '.') != 2) return malformed();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const auto header_text = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  auto signature = base64url_decode(token.substr(last + 1));
  if (!header_text || !payload || !signature) return malformed();
  const auto header = parse_strict_object(*header_text, kMaxHeader);
  if (!header) return malformed();
  Jwt jwt{{}, {}, std::string(token.substr(0, last)), *std::move(payload), *std::move(signature)};
  if (auto refusal = read_header(*header, jwt)) return *std::move(refusal);
  return jwt;
}

}  // namespace adomcp::inbound_auth
