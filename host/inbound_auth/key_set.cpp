#include "inbound_auth/key_set.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/sha256.h"

namespace adomcp::inbound_auth {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = std::size_t{256} * 1024;
constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxId = 256;

/// Keys without `use` and `key_ops` are for anything.
bool is_for_signatures(const json& jwk) {
  if (jwk.contains("use") && text_at(jwk, "use") != "sig") return false;
  const auto operations = jwk.find("key_ops");
  if (operations == jwk.end()) return true;
  return operations->is_array() &&
         std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

std::optional<Algorithm> algorithm_of(const json& jwk, const std::vector<Algorithm>& algorithms) {
  const bool elliptic = text_at(jwk, "kty") == "EC";
  if (jwk.contains("alg")) {
    const auto named = parse_algorithm(text_at(jwk, "alg"));
    const bool fits = named && (*named == Algorithm::kEs256) == elliptic;
    return fits ? named : std::nullopt;
  }
  if (elliptic) return Algorithm::kEs256;
  const auto first = std::find_if(algorithms.begin(), algorithms.end(), [](Algorithm candidate) {
    return candidate != Algorithm::kEs256;
  });
  return first == algorithms.end() ? Algorithm::kRs256 : *first;
}

PublicKey public_key(const json& jwk) {
  const auto number = [&](const char* name) {
    return base64url_decode(text_at(jwk, name)).value_or("");
  };
  const auto type = text_at(jwk, "kty");
  if (type == "RSA") return rsa_key(number("n"), number("e"));
  if (type == "EC" && text_at(jwk, "crv") == "P-256") return p256_key(number("x"), number("y"));
  return nullptr;
}

std::optional<SigningKey> read_key(const json& jwk, const std::vector<Algorithm>& algorithms) {
  if (!jwk.is_object() || !is_for_signatures(jwk)) return std::nullopt;
  const auto id = text_at(jwk, "kid");
  if (id.empty() || id.size() > kMaxId) return std::nullopt;
  if (jwk.contains("issuer") && text_at(jwk, "issuer").empty()) return std::nullopt;
  const auto algorithm = algorithm_of(jwk, algorithms);
  if (!algorithm) return std::nullopt;
  auto key = public_key(jwk);
  if (!key) return std::nullopt;
  return SigningKey{std::string(id), std::string(text_at(jwk, "issuer")), *algorithm,
                    std::move(key)};
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view text, const std::vector<Algorithm>& algorithms) {
  const auto document = parse_strict_object(text, kMaxText);
  const auto keys = document ? document->find("keys") : json::const_iterator();
  if (!document || keys == document->end() || !keys->is_array()) {
    return Error{ErrorCode::kUnavailable, "The issuer's key set is not a JSON Web Key Set.", {}};
  }
  KeySet set;
  set.fingerprint_ = sha256(text);
  for (const auto& jwk : *keys) {
    if (set.keys_.size() == kMaxKeys) break;
    if (auto key = read_key(jwk, algorithms)) set.keys_.push_back(*std::move(key));
  }
  if (set.keys_.empty()) {
    return Error{
        ErrorCode::kDenied, "The issuer's key set holds no key for RS256, PS256 or ES256.", {}};
  }
  return set;
}

std::vector<const SigningKey*> KeySet::find(std::string_view id) const {
  std::vector<const SigningKey*> found;
  for (const auto& key : keys_) {
    if (key.id == id) found.push_back(&key);
  }
  return found;
}

}  // namespace adomcp::inbound_auth
