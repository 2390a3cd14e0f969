#include "outbound_identity/person_token.h"

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

using nlohmann::json;

constexpr std::int64_t kLastEpoch = 253402300799;  // the end of the year 9999

}  // namespace

std::optional<PersonToken> read_person_token(std::string_view jwt) {
  if (!is_header_safe(jwt)) return std::nullopt;
  const auto first = jwt.find('.');
  const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos || second == first + 1) return std::nullopt;
  const auto payload = base64url_decode(jwt.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const json claims = json_from(*payload);
  if (!claims.is_object()) return std::nullopt;
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number()) return std::nullopt;
  const auto seconds = expires->get<double>();
  if (!(seconds > 0 && seconds < static_cast<double>(kLastEpoch))) return std::nullopt;
  return PersonToken{std::chrono::system_clock::time_point(
                         std::chrono::seconds(static_cast<std::int64_t>(seconds))),
                     text_at(claims, "oid"), text_at(claims, "tid")};
}

}  // namespace adomcp::outbound_identity
