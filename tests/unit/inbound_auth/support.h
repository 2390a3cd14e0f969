#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/settings.h"
#include "core/text.h"
#include "inbound_auth/authenticator.h"
#include "inbound_auth/key_source.h"
#include "support/manual_clock.h"
#include "token_factory.h"

namespace adomcp::inbound_auth {

using nlohmann::json;

inline const std::string kTenant = "11111111-2222-3333-4444-555555555555";
inline const std::string kForeignTenant = "99999999-2222-3333-4444-555555555555";
inline const std::string kApi = "aaaaaaaa-0000-4000-8000-00000000000a";
inline const std::string kPerson = "bbbbbbbb-0000-4000-8000-00000000000b";
inline const std::string kClient = "cccccccc-0000-4000-8000-00000000000c";
inline const std::string kV1 = "https://sts.windows.net/" + kTenant + "/";
inline const std::string kV2 = "https://login.microsoftonline.com/" + kTenant + "/v2.0";
constexpr std::int64_t kNow = 1'800'000'000;

using testing_support::ManualClock;

/// The keys of the whole test program; making them takes time.
struct Keys {
  TestKey rsa = TestKey::rsa();
  TestKey other = TestKey::rsa();
  TestKey attacker = TestKey::rsa();
  TestKey weak = TestKey::rsa(1024);
  TestKey ec = TestKey::p256();
};

inline const Keys& keys() {
  static const Keys all;
  return all;
}

inline std::string key_set_text(const std::vector<json>& jwks) {
  return json{{"keys", jwks}}.dump();
}

/// An issuer whose answers a test sets. Thread-safe.
class FakeIssuer {
 public:
  explicit FakeIssuer(std::string text) : text_(std::move(text)) {}

  void serve(std::string text) {
    const std::lock_guard lock(mutex_);
    text_ = std::move(text);
  }
  void go_down() { serve({}); }
  int fetches() const { return fetches_; }

  KeySource::Fetch fetch(std::vector<Algorithm> algorithms = {Algorithm::kRs256}) {
    return [this, algorithms](const CancelToken&) -> Result<KeySet> {
      const std::lock_guard lock(mutex_);
      ++fetches_;
      if (text_.empty()) return Error{ErrorCode::kUnavailable, "The issuer is down.", {}};
      return KeySet::parse(text_, algorithms);
    };
  }

 private:
  std::mutex mutex_;  // guards text_
  std::string text_;
  std::atomic<int> fetches_ = 0;
};

inline AuthSettings entra_settings() {
  AuthSettings settings;
  settings.mode = "bearer";
  settings.provider = "entra";
  settings.tenant_id = kTenant;
  settings.audiences = {kApi, "api://" + kApi};
  settings.scopes = {"access_as_user"};
  return settings;
}

/// A person's token as Entra's v2 endpoint makes them.
inline json person_v2() {
  return {{"iss", kV2},
          {"aud", kApi},
          {"tid", kTenant},
          {"oid", kPerson},
          {"sub", "pairwise"},
          {"azp", kClient},
          {"ver", "2.0"},
          {"scp", "access_as_user"},
          {"preferred_username", "ada@example.com"},
          {"iat", kNow - 10},
          {"nbf", kNow - 10},
          {"exp", kNow + 3600}};
}

inline json person_v1() {
  json claims = person_v2();
  claims.update({{"iss", kV1}, {"aud", "api://" + kApi}, {"ver", "1.0"}, {"appid", kClient}});
  claims.erase("azp");
  return claims;
}

/// A program's own token.
inline json program_v2() {
  json claims = person_v2();
  claims.erase("scp");
  claims.erase("preferred_username");
  claims["sub"] = kPerson;
  claims["roles"] = {"Pipelines.Read"};
  return claims;
}

inline json with(json claims, const std::string& name, const json& value) {
  claims[name] = value;
  return claims;
}

inline json without(json claims, const std::string& name) {
  claims.erase(name);
  return claims;
}

inline std::string header_of(const std::string& algorithm, const std::string& key_id) {
  return json{{"typ", "JWT"}, {"alg", algorithm}, {"kid", key_id}}.dump();
}

inline std::string rs256(const json& claims, const std::string& key_id = "rsa") {
  return make_token(keys().rsa, Algorithm::kRs256, header_of("RS256", key_id), claims.dump());
}

inline HeaderLookup headers(std::map<std::string, std::string> fields) {
  return [fields = std::move(fields)](std::string_view name) -> std::optional<std::string> {
    const auto found = fields.find(to_lower(name));
    if (found == fields.end()) return std::nullopt;
    return found->second;
  };
}

inline HeaderLookup bearer(const std::string& token) {
  return headers({{"authorization", "Bearer " + token}});
}

inline const SignInRefusal& refusal_of(const std::variant<Caller, SignInRefusal>& answer) {
  static const SignInRefusal none{0, "let in", "let in", "let in", {}, {}};
  const auto* refusal = std::get_if<SignInRefusal>(&answer);
  return refusal ? *refusal : none;
}

inline std::string reason_of(const std::variant<Caller, SignInRefusal>& answer) {
  return refusal_of(answer).reason;
}

}  // namespace adomcp::inbound_auth
