#include <openssl/err.h>

#include <set>

#include "attacks.h"
#include "inbound_auth/bearer_authenticator.h"
#include "support.h"
#include "support/scripted_server.h"

namespace adomcp::inbound_auth {
namespace {

using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

class TokenAttacks : public testing::Test {
 protected:
  TokenAttacks() {
    AuthSettings settings = entra_settings();
    settings.algorithms = {"RS256", "ES256"};
    authenticator_ = std::make_unique<BearerAuthenticator>(
        settings, clock_, issuer_.fetch({Algorithm::kRs256, Algorithm::kEs256}));
  }

  static std::string key_set() {
    const auto& k = keys();
    return key_set_text(
        {k.rsa.jwk("rsa"), k.other.jwk("foreign"), k.other.jwk("ps", {{"alg", "PS256"}}),
         k.ec.jwk("ec"), k.weak.jwk("weak"), k.other.jwk("encryption", {{"use", "enc"}}),
         k.rsa.jwk("common", {{"issuer", "https://login.microsoftonline.com/{tenantid}/v2.0"}}),
         k.rsa.jwk("key-issuer",
                   {{"issuer", "https://login.microsoftonline.com/" + kForeignTenant + "/v2.0"}})});
  }

  void expect_refused(const Attacks& attacks) {
    for (const auto& attack : attacks) {
      SCOPED_TRACE(attack.name);
      const auto answer =
          authenticator_->authenticate(headers({{"authorization", attack.authorization}}));
      const auto& refusal = refusal_of(answer);
      EXPECT_EQ(refusal.reason, attack.reason);
      EXPECT_FALSE(refusal.message.empty());
      expect_nothing_shown(refusal.message, attack.authorization);
      expect_status(refusal);
      EXPECT_EQ(ERR_peek_error(), 0U) << "a TLS connection of this thread would trip over it";
    }
  }

  static void expect_nothing_shown(const std::string& message, const std::string& authorization) {
    constexpr std::size_t kPiece = 12;
    for (std::size_t i = 0; i + kPiece <= message.size(); ++i) {
      EXPECT_EQ(authorization.find(message.substr(i, kPiece)), std::string::npos) << message;
    }
  }

  /// Nobody is named before the signature and the issuer are good.
  static void expect_status(const SignInRefusal& refusal) {
    static const std::set<std::string> forbidding = {"missing_scope", "missing_role",
                                                     "groups_overage"};
    static const std::set<std::string> naming = {
        "missing_scope",  "missing_role",        "groups_overage", "expired",    "not_yet_valid",
        "wrong_audience", "not_an_access_token", "wrong_client",   "bound_token"};
    const bool forbidden = forbidding.contains(refusal.reason);
    EXPECT_EQ(refusal.status, forbidden ? 403 : 401);
    const bool no_token = refusal.reason == "no_token" || refusal.reason == "not_bearer";
    EXPECT_EQ(refusal.error, no_token ? "" : (forbidden ? "insufficient_scope" : "invalid_token"));
    EXPECT_EQ(refusal.principal.object_id.empty(), !naming.contains(refusal.reason));
  }

  ManualClock clock_;
  FakeIssuer issuer_{key_set()};
  std::unique_ptr<BearerAuthenticator> authenticator_;
};

TEST_F(TokenAttacks, TheTokenThatTheyStartFromIsGood) {
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v2())))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v1())))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v2(), "common")))),
            "let in");
}

TEST_F(TokenAttacks, OnTheAlgorithmAreRefused) {
  expect_refused(algorithm_attacks());
  expect_refused(key_type_attacks());
}

TEST_F(TokenAttacks, OnTheKeyIdAndTheHeaderAreRefused) {
  expect_refused(key_id_attacks());
  expect_refused(header_member_attacks());
}

TEST_F(TokenAttacks, OnTheFormAreRefused) {
  expect_refused(form_attacks());
  expect_refused(json_attacks());
  expect_refused(authorization_attacks());
}

TEST_F(TokenAttacks, OnTheClaimsAreRefused) {
  expect_refused(audience_attacks());
  expect_refused(issuer_attacks());
}

TEST_F(TokenAttacks, OnTimesAndRightsAreRefused) {
  expect_refused(time_attacks());
  expect_refused(right_attacks());
}

TEST_F(TokenAttacks, KeysThatTheTokenBringsAreNeitherUsedNorFetched) {
  const auto jwk = keys().attacker.jwk("rsa");
  ScriptedServer server([&](Peer& peer, const Received&) { peer.json(key_set_text({jwk})); });
  for (const char* name : {"jku", "x5u", "jwk", "x5c"}) {
    SCOPED_TRACE(name);
    auto header = json::parse(header_of("RS256", "rsa"));
    header[name] = std::string(name) == "jwk"   ? jwk
                   : std::string(name) == "x5c" ? json::array({"MIIB"})
                                                : json(server.base_url() + "/keys");
    const auto forged =
        make_token(keys().attacker, Algorithm::kRs256, header.dump(), person_v2().dump());
    EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(forged))), "bad_signature");
    header["kid"] = "attackers";
    const auto unknown =
        make_token(keys().attacker, Algorithm::kRs256, header.dump(), person_v2().dump());
    EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(unknown))), "unknown_key");
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(TokenAttacks, AKeyThatWasRotatedAwayIsNoLongerGood) {
  const auto old = rs256(person_v2());
  ASSERT_EQ(reason_of(authenticator_->authenticate(bearer(old))), "let in");
  issuer_.serve(key_set_text({keys().other.jwk("new")}));
  clock_.advance(std::chrono::seconds(1));  // no two fetches for unknown keys come sooner
  const auto fresh =
      make_token(keys().other, Algorithm::kRs256, header_of("RS256", "new"), person_v2().dump());
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(fresh))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(old))), "unknown_key");
}

TEST_F(TokenAttacks, ACachedTokenDoesNotLendItsGoodNameToAnother) {
  ASSERT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v2())))), "let in");
  auto other = rs256(person_v2());
  other[other.size() / 2] = other[other.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_NE(reason_of(authenticator_->authenticate(bearer(other))), "let in");
}

TEST_F(TokenAttacks, UnknownKeysDoNotMakeTheIssuerWork) {
  for (int i = 0; i < 50; ++i) {
    const auto forged = make_token(keys().attacker, Algorithm::kRs256,
                                   header_of("RS256", "guess-" + std::to_string(i)), "{}");
    EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(forged))), "unknown_key");
  }
  EXPECT_LE(issuer_.fetches(), 2);
}

}  // namespace
}  // namespace adomcp::inbound_auth
