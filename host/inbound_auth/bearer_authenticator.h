#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/expiring_cache.h"
#include "core/settings.h"
#include "core/sign_in.h"
#include "inbound_auth/authenticator.h"
#include "inbound_auth/jwt.h"
#include "inbound_auth/key_source.h"
#include "inbound_auth/principal_reader.h"

namespace adomcp::inbound_auth {

/// Callers whose tokens were checked, by the tokens' SHA-256. The one unused for longest goes
/// first. Thread-safe.
class TokenCache {
 public:
  using TimePoint = Clock::TimePoint;

  explicit TokenCache(std::size_t capacity) : kept_(capacity) {}

  /// Null unless the token was kept until after `now`, with the keys of this generation.
  std::shared_ptr<const Caller> find(const std::string& digest, TimePoint now,
                                     std::uint64_t generation);
  void keep(const std::string& digest, std::shared_ptr<const Caller> caller, TimePoint until,
            TimePoint now, std::uint64_t generation);

 private:
  struct Kept {
    std::shared_ptr<const Caller> caller;
    std::uint64_t generation = 0;
  };

  std::mutex mutex_;  // guards kept_
  ExpiringCache<Kept> kept_;
};

/// The names in `auth.algorithms` as values; unknown ones are left out.
std::vector<Algorithm> allowed_algorithms(const AuthSettings& settings);

/// `auth.mode: bearer`: checks the token of the Authorization header, and nothing else says who
/// asks. A token that was good stays good until it expires or the issuer's keys change.
class BearerAuthenticator final : public Authenticator {
 public:
  BearerAuthenticator(AuthSettings settings, const Clock& clock, KeySource::Fetch fetch,
                      GroupLookup lookup = {}, KeySourceOptions options = {});

  std::variant<Caller, SignInRefusal> authenticate(const HeaderLookup& header) const override;
  std::string problem() const override { return keys_.problem(); }

 private:
  std::variant<Caller, SignInRefusal> check(const std::string& token,
                                            const std::string& digest) const;
  Checked<Claims> trusted_claims(const Jwt& jwt, const KeySet& set) const;
  Checked<Claims> signed_claims(const Jwt& jwt, const SigningKey& key) const;
  Checked<Caller> caller_of(const Claims& claims, const std::string& token) const;

  const AuthSettings settings_;
  const std::vector<Algorithm> algorithms_;
  const Clock& clock_;
  const GroupLookup lookup_;
  mutable KeySource keys_;  // both are thread-safe, and what they hold changes no answer
  mutable TokenCache cache_;
};

}  // namespace adomcp::inbound_auth
