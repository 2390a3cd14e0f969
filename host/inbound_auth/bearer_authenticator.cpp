#include "inbound_auth/bearer_authenticator.h"

#include <algorithm>
#include <utility>

#include "core/sha256.h"
#include "core/text.h"
#include "inbound_auth/claim_checks.h"

namespace adomcp::inbound_auth {

std::shared_ptr<const Caller> TokenCache::find(const std::string& digest, TimePoint now,
                                               std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  auto kept = kept_.find(digest, now);
  if (!kept) return nullptr;
  if (kept->generation == generation) return std::move(kept->caller);
  kept_.drop(digest);
  return nullptr;
}

void TokenCache::keep(const std::string& digest, std::shared_ptr<const Caller> caller,
                      TimePoint until, TimePoint now, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  kept_.put(digest, {std::move(caller), generation}, until, now);
}

namespace {

constexpr std::size_t kCachedTokens = 1024;

/// The token of "Bearer TOKEN". A comma means that the header came twice.
Checked<std::string> bearer_token(const std::optional<std::string>& authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!authorization || authorization->empty()) {
    return SignInRefusal{401, {}, "no_token", "Sign in: no access token came.", {}, {}};
  }
  const std::string_view value = *authorization;
  if (value.find(',') != std::string_view::npos) {
    return invalid_token("malformed_header", "Send one Authorization header with one token.");
  }
  if (iequals(value, "Bearer")) {
    return invalid_token("malformed_header", "The Authorization header holds no token.");
  }
  if (!iequals(value.substr(0, kScheme.size()), kScheme)) {
    return SignInRefusal{401, {}, "not_bearer", "Sign in with \"Authorization: Bearer\".", {}, {}};
  }
  const auto token = value.substr(std::min(value.find_first_not_of(' ', 7), value.size()));
  return std::string(token);
}

}  // namespace

std::vector<Algorithm> allowed_algorithms(const AuthSettings& settings) {
  std::vector<Algorithm> out;
  for (const auto& name : settings.algorithms) {
    if (const auto algorithm = parse_algorithm(name)) out.push_back(*algorithm);
  }
  return out;
}

BearerAuthenticator::BearerAuthenticator(AuthSettings settings, const Clock& clock,
                                         KeySource::Fetch fetch, GroupLookup lookup,
                                         KeySourceOptions options)
    : settings_(std::move(settings)),
      algorithms_(allowed_algorithms(settings_)),
      clock_(clock),
      lookup_(std::move(lookup)),
      keys_(std::move(fetch), clock, options),
      cache_(kCachedTokens) {}

std::variant<Caller, SignInRefusal> BearerAuthenticator::authenticate(
    const HeaderLookup& header) const {
  const auto found = bearer_token(header("Authorization"));
  if (const auto* refusal = std::get_if<SignInRefusal>(&found)) return *refusal;
  const auto& token = std::get<std::string>(found);
  const std::string digest = sha256(token);
  const auto known = cache_.find(digest, clock_.now(), keys_.generation());
  if (known) return *known;
  return check(token, digest);
}

std::variant<Caller, SignInRefusal> BearerAuthenticator::check(const std::string& token,
                                                               const std::string& digest) const {
  const auto parsed = parse_jwt(token);
  if (const auto* refusal = std::get_if<SignInRefusal>(&parsed)) return *refusal;
  const auto& jwt = std::get<Jwt>(parsed);
  const auto algorithm = parse_algorithm(jwt.algorithm);
  if (!algorithm ||
      std::find(algorithms_.begin(), algorithms_.end(), *algorithm) == algorithms_.end()) {
    return invalid_token("algorithm_not_allowed",
                         "The token's signature is of a kind that auth.algorithms doesn't list.");
  }
  const auto keys = keys_.keys(jwt.key_id);
  if (!keys) {
    return try_later("keys_unavailable",
                     "Nobody can sign in now, because the keys of " + trusted_issuer(settings_) +
                         " can't be had: " + keys.error().text(),
                     keys.error().retry_after);
  }
  const auto claims = trusted_claims(jwt, *keys->set);
  if (const auto* refusal = std::get_if<SignInRefusal>(&claims)) return *refusal;
  const auto& good = std::get<Claims>(claims);
  auto caller = caller_of(good, token);
  if (auto* known = std::get_if<Caller>(&caller)) {
    known->signed_in_until =
        Clock::TimePoint(std::chrono::seconds(good.expires) + settings_.clock_skew);
    cache_.keep(digest, std::make_shared<const Caller>(*known),
                std::min(keys->use_until, known->signed_in_until), clock_.now(), keys->generation);
  }
  return caller;
}

Checked<Claims> BearerAuthenticator::trusted_claims(const Jwt& jwt, const KeySet& set) const {
  Checked<Claims> claims =
      invalid_token("unknown_key", "The token is signed with a key that the issuer doesn't list.");
  for (const SigningKey* key : set.find(jwt.key_id)) {
    claims = signed_claims(jwt, *key);
    if (std::holds_alternative<Claims>(claims)) break;
  }
  return claims;
}

Checked<Claims> BearerAuthenticator::signed_claims(const Jwt& jwt, const SigningKey& key) const {
  if (parse_algorithm(jwt.algorithm) != key.algorithm) {
    return invalid_token("wrong_algorithm",
                         "The token's signature is of another kind than the issuer's key.");
  }
  if (!is_signed_by(*key.key, key.algorithm, jwt.signed_part, jwt.signature)) {
    return invalid_token("bad_signature",
                         "The token's signature is wrong. Send the token whole and unchanged.");
  }
  auto claims = read_claims(jwt.payload);
  if (std::holds_alternative<SignInRefusal>(claims)) return claims;
  auto refusal = check_issuer(std::get<Claims>(claims), key.issuer, settings_);
  if (refusal) return *std::move(refusal);
  return claims;
}

Checked<Caller> BearerAuthenticator::caller_of(const Claims& claims,
                                               const std::string& token) const {
  if (auto refusal = check_use(claims, settings_, clock_.now())) {
    refusal->principal = read_principal(claims);
    return *std::move(refusal);
  }
  auto principal = read_principal_with_groups(claims, lookup_);
  if (auto* refusal = std::get_if<SignInRefusal>(&principal)) return std::move(*refusal);
  Caller caller{std::get<Principal>(std::move(principal)), nullptr, {}};
  if (!caller.principal.application) caller.token = std::make_shared<const Secret>(token);
  return caller;
}

}  // namespace adomcp::inbound_auth
