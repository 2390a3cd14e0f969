#include "outbound_identity/person_token.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

using nlohmann::json;

constexpr std::int64_t kLastEpoch = 253402300799;  // the end of the year 9999

/// The text behind base64url without padding; empty when it isn't that.
std::string from_base64url(std::string_view coded) {
  std::string padded(coded);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  const std::size_t padding = (4 - padded.size() % 4) % 4;
  if (padding == 3) return {};
  padded.append(padding, '=');
  std::string out(padded.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(padded.data()),
                                     static_cast<int>(padded.size()));
  if (length < 0) return {};
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::optional<PersonToken> read_person_token(std::string_view jwt) {
  if (!is_header_safe(jwt)) return std::nullopt;
  const auto first = jwt.find('.');
  const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos || second == first + 1) return std::nullopt;
  const std::string payload = from_base64url(jwt.substr(first + 1, second - first - 1));
  const json claims = json::parse(payload, nullptr, false);
  if (!claims.is_object()) return std::nullopt;
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number()) return std::nullopt;
  const auto seconds = expires->get<double>();
  if (!(seconds > 0 && seconds < static_cast<double>(kLastEpoch))) return std::nullopt;
  return PersonToken{std::chrono::system_clock::time_point(
                         std::chrono::seconds(static_cast<std::int64_t>(seconds))),
                     text_at(claims, "oid"), text_at(claims, "tid")};
}

std::string fingerprint(std::string_view token) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_Digest(token.data(), token.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += kDigits[digest[i] >> 4U];
    out += kDigits[digest[i] & 15U];
  }
  return out;
}

}  // namespace adomcp::outbound_identity
