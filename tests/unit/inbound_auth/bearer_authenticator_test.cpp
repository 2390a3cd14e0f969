#include "inbound_auth/bearer_authenticator.h"

#include "support.h"

namespace adomcp::inbound_auth {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BearerTest : public testing::Test {
 protected:
  BearerAuthenticator& start(GroupLookup lookup = {}) {
    authenticator_ = std::make_unique<BearerAuthenticator>(
        settings_, clock_, issuer_.fetch(allowed_algorithms(settings_)), std::move(lookup));
    return *authenticator_;
  }

  std::variant<Caller, SignInRefusal> sign_in(const std::string& token) {
    if (!authenticator_) start();
    return authenticator_->authenticate(bearer(token));
  }

  /// The caller, who must be let in.
  Caller caller(const std::string& token) {
    const auto answer = sign_in(token);
    EXPECT_EQ(reason_of(answer), "let in") << refusal_of(answer).message;
    const auto* found = std::get_if<Caller>(&answer);
    return found ? *found : Caller{};
  }

  void speak_oidc() {
    settings_.provider = "oidc";
    settings_.tenant_id.clear();
    settings_.issuer = "https://id.example/";
    settings_.audiences = {"https://mcp.example/mcp"};
  }

  static json person_oidc() {
    return {{"iss", "https://id.example/"}, {"aud", "https://mcp.example/mcp"}, {"sub", "ada"},
            {"client_id", "vscode"},        {"scope", "openid access_as_user"}, {"exp", kNow + 60}};
  }

  ManualClock clock_;
  AuthSettings settings_ = entra_settings();
  FakeIssuer issuer_{key_set_text(
      {keys().rsa.jwk("rsa"), keys().ec.jwk("ec"), keys().other.jwk("ps", {{"alg", "PS256"}})})};
  std::unique_ptr<BearerAuthenticator> authenticator_;
};

TEST_F(BearerTest, APersonIsKnownByWhatTheTokenSays) {
  json claims = person_v2();
  claims["groups"] = {"sre", "dev"};
  claims["roles"] = {"Operator"};
  claims["scp"] = "read access_as_user";
  const auto token = rs256(claims);
  const auto who = caller(token);
  EXPECT_EQ(who.principal.object_id, kPerson);
  EXPECT_EQ(who.principal.tenant_id, kTenant);
  EXPECT_EQ(who.principal.user_name, "ada@example.com");
  EXPECT_EQ(who.principal.client_app, kClient);
  EXPECT_FALSE(who.principal.application);
  EXPECT_THAT(who.principal.groups, ElementsAre("sre", "dev"));
  EXPECT_THAT(who.principal.roles, ElementsAre("Operator"));
  EXPECT_THAT(who.principal.scopes, ElementsAre("read", "access_as_user"));
  ASSERT_TRUE(who.token);
  EXPECT_EQ(who.token->reveal(), token);
}

TEST_F(BearerTest, AProgramHasNoTokenToPassOn) {
  settings_.roles = {"Pipelines.Read"};
  const auto who = caller(rs256(program_v2()));
  EXPECT_TRUE(who.principal.application);
  EXPECT_EQ(who.principal.user_name, kPerson) << "not \"anonymous\"";
  EXPECT_FALSE(who.token);
  EXPECT_EQ(reason_of(sign_in(rs256(with(program_v2(), "roles", {"pipelines.read"})))),
            "missing_role");
}

TEST_F(BearerTest, TakesTokensOfBothVersionsAndManyAudiences) {
  caller(rs256(person_v1()));
  caller(rs256(with(person_v2(), "aud", {"somebody-else", kApi})));
  caller(rs256(with(person_v2(), "exp", kNow - 59)));  // within the skew
  caller(rs256(with(person_v2(), "nbf", kNow + 60)));
  auto header = json::parse(header_of("RS256", "rsa"));
  header["typ"] = "AT+JWT";
  caller(make_token(keys().rsa, Algorithm::kRs256, header.dump(), person_v2().dump()));
}

TEST_F(BearerTest, TakesTheAlgorithmsThatAreConfigured) {
  settings_.algorithms = {"RS256", "PS256", "ES256"};
  caller(rs256(person_v2()));
  const auto payload = person_v2().dump();
  caller(make_token(keys().other, Algorithm::kPs256, header_of("PS256", "ps"), payload));
  caller(make_token(keys().ec, Algorithm::kEs256, header_of("ES256", "ec"), payload));
}

TEST_F(BearerTest, TheConfiguredIssuerReplacesTheV2Issuer) {
  settings_.issuer = "https://login.microsoftonline.us/" + kTenant + "/v2.0";
  EXPECT_EQ(reason_of(sign_in(rs256(person_v2()))), "wrong_issuer");
  caller(rs256(with(person_v2(), "iss", settings_.issuer)));
  caller(rs256(person_v1()));
}

TEST_F(BearerTest, AV1TokenMayBeSignedWithAKeyOfTheV2Issuer) {
  issuer_.serve(key_set_text(
      {keys().rsa.jwk("rsa", {{"issuer", "https://login.microsoftonline.com/{tenantid}/v2.0"}})}));
  caller(rs256(person_v1()));
  caller(rs256(person_v2()));
}

TEST_F(BearerTest, AKeyListedTwiceIsTriedWithBothIssuers) {
  issuer_.serve(key_set_text(
      {keys().rsa.jwk("rsa", {{"issuer", "https://elsewhere.example/{tenantid}"}}),
       keys().rsa.jwk("rsa", {{"issuer", "https://login.microsoftonline.com/{tenantid}/v2.0"}})}));
  caller(rs256(person_v2()));
}

TEST_F(BearerTest, OnlyTheClientsThatAreListedMayAsk) {
  settings_.clients = {kClient};
  caller(rs256(person_v2()));
  caller(rs256(person_v1()));
  EXPECT_EQ(reason_of(sign_in(rs256(with(person_v2(), "azp", kApi)))), "wrong_client");
}

TEST_F(BearerTest, AnyOidcIssuerWillDo) {
  speak_oidc();
  const auto who = caller(rs256(person_oidc()));
  EXPECT_EQ(who.principal.object_id, "ada");
  EXPECT_EQ(who.principal.client_app, "vscode");
  EXPECT_EQ(who.principal.tenant_id, "");
  EXPECT_FALSE(who.principal.application);
  const auto shaped = caller(rs256(with(person_oidc(), "oid", kPerson)));
  EXPECT_EQ(shaped.principal.object_id, kPerson);
  caller(rs256(with(without(person_oidc(), "scope"), "scp", {"a", "access_as_user"})));
}

TEST_F(BearerTest, OidcIsNoLaxer) {
  speak_oidc();
  const std::pair<json, const char*> cases[] = {
      {with(person_oidc(), "iss", "https://id.example"), "wrong_issuer"},
      {with(person_oidc(), "aud", "vscode"), "wrong_audience"},
      {without(person_oidc(), "sub"), "malformed_claims"},
      {with(person_oidc(), "nonce", "n"), "not_an_access_token"},
      {with(person_oidc(), "sub", "vscode"), "missing_role"},
      {with(person_oidc(), "scope", "openid"), "missing_scope"},
      {with(person_oidc(), "scope", "xaccess_as_user"), "missing_scope"},
  };
  for (const auto& [claims, reason] : cases) {
    EXPECT_EQ(reason_of(sign_in(rs256(claims))), reason) << claims.dump();
  }
}

struct ScopeCase {
  std::vector<std::string> wanted;
  const char* held;
  bool fits;
};

/// Entra's `scp` is short, whatever the configuration writes before a scope's name.
TEST_F(BearerTest, AScopeWrittenWithItsApiIsComparedByItsName) {
  const std::string user = "access_as_user";
  const ScopeCase cases[] = {
      {{"api://" + kApi + "/access_as_user"}, "access_as_user", true},
      {{"https://mcp.example/mcp/access_as_user"}, "access_as_user", true},
      {{"https://mcp.example/mcp/access_as_user"}, "read access_as_user", true},
      {{kApi + "/access_as_user"}, "access_as_user", true},
      {{"https://mcp.example/mcp/other", "api://x/access_as_user"}, "access_as_user", true},
      {{"api://x/access_as_user"}, "api://x/access_as_user", true},
      {{user}, "access_as_user", true},
      {{"api://x/access_as_user"}, "access_as_use", false},
      {{"api://x/access_as_user"}, "user", false},
      {{"api://x/access_as_user"}, "ACCESS_AS_USER", false},
      {{"api://x/access_as_user"}, "api://y/access_as_user", false},
      {{"api://x/access_as_user"}, "x", false},
      {{"api://access_as_user"}, "access_as_user", false},
      {{"https://mcp.example/mcp/"}, "mcp", false},
      {{"files/access_as_user"}, "access_as_user", false},
      {{user}, "api://x/access_as_user", false},
      {{"api://x/openid"}, "openid", false},
      {{"https://id.example/profile"}, "openid profile email", false},
  };
  for (const auto& [wanted, held, fits] : cases) {
    for (const bool oidc : {false, true}) {
      settings_ = entra_settings();
      if (oidc) speak_oidc();
      settings_.scopes = wanted;
      authenticator_.reset();
      const auto token = oidc ? with(person_oidc(), "scope", held) : with(person_v2(), "scp", held);
      EXPECT_EQ(reason_of(sign_in(rs256(token))), fits ? "let in" : "missing_scope")
          << wanted.front() << " " << held;
    }
  }
}

TEST_F(BearerTest, TheSchemeIsReadInAnyCase) {
  start();
  const auto token = rs256(person_v2());
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "}) {
    const auto answer = authenticator_->authenticate(headers({{"authorization", scheme + token}}));
    EXPECT_EQ(reason_of(answer), "let in") << scheme;
  }
}

TEST_F(BearerTest, WithoutATokenThereIsNoError) {
  const auto answer = start().authenticate(headers({}));
  const auto& refusal = refusal_of(answer);
  EXPECT_EQ(refusal.status, 401);
  EXPECT_EQ(refusal.error, "");
  EXPECT_EQ(refusal.reason, "no_token");
}

TEST_F(BearerTest, ThePlatformsHeadersSayNothingHere) {
  const auto answer = start().authenticate(
      headers({{"x-ms-client-principal-id", kPerson}, {"x-ms-client-principal", "e30="}}));
  EXPECT_EQ(reason_of(answer), "no_token");
}

TEST_F(BearerTest, AKnownTokenEndsWhenItExpires) {
  const auto token = rs256(with(person_v2(), "exp", kNow + 100));
  caller(token);
  clock_.advance(seconds(159));
  caller(token);
  clock_.advance(seconds(1));
  EXPECT_EQ(reason_of(sign_in(token)), "expired");
}

TEST_F(BearerTest, ACallerIsSignedInUntilTheirTokenEnds) {
  const auto token = rs256(with(person_v2(), "exp", kNow + 100));
  const Clock::TimePoint end(seconds(kNow + 160));  // with the skew
  EXPECT_EQ(caller(token).signed_in_until, end);
  EXPECT_EQ(caller(token).signed_in_until, end) << "as it is kept";
}

TEST_F(BearerTest, AKnownTokenEndsWithinFiveMinutesOfItsKeysEnd) {
  const auto token = rs256(person_v2());
  caller(token);
  issuer_.serve(key_set_text({keys().rsa.jwk("another")}));
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(reason_of(sign_in(token)), "unknown_key");
}

TEST_F(BearerTest, ATokenThatLastsForAgesIsNoTrouble) {
  const auto token = rs256(with(person_v2(), "exp", 9'000'000'000));
  caller(token);
  clock_.advance(hours(23));
  caller(token);
}

TEST_F(BearerTest, AKnownTokenEndsWithTheKeys) {
  const auto token = rs256(with(person_v2(), "exp", kNow + 1000000));
  caller(token);
  issuer_.go_down();
  clock_.advance(hours(24) - seconds(1));
  caller(token);
  EXPECT_THAT(authenticator_->problem(), IsEmpty());
  clock_.advance(seconds(11));
  const auto answer = sign_in(token);
  const auto& refusal = refusal_of(answer);
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.reason, "keys_unavailable");
  EXPECT_THAT(refusal.message, HasSubstr("The issuer is down."));
  EXPECT_GT(refusal.retry_after.count(), 0);
  EXPECT_THAT(authenticator_->problem(), HasSubstr("The issuer is down."));
}

TEST_F(BearerTest, AKnownTokenNeedsNoIssuer) {
  const auto token = rs256(person_v2());
  caller(token);
  issuer_.go_down();
  caller(token);
  caller(rs256(with(person_v2(), "uti", "another")));
  EXPECT_EQ(issuer_.fetches(), 1);
}

TEST_F(BearerTest, GroupsThatDoNotFitAreLookedUpOnce) {
  int lookups = 0;
  start([&](const Principal& who, Deadline) -> Result<std::vector<std::string>> {
    ++lookups;
    EXPECT_EQ(who.object_id, kPerson);
    return std::vector<std::string>{"sre"};
  });
  const auto token = rs256(with(person_v2(), "_claim_names", {{"groups", "src1"}}));
  EXPECT_THAT(caller(token).principal.groups, ElementsAre("sre"));
  EXPECT_THAT(caller(token).principal.groups, ElementsAre("sre"));
  caller(rs256(person_v2()));
  EXPECT_EQ(lookups, 1);
}

TEST_F(BearerTest, GroupsThatCannotBeLookedUpRefuseAndAreNotKept) {
  bool down = true;
  start([&](const Principal&, Deadline) -> Result<std::vector<std::string>> {
    if (down) return Error{ErrorCode::kUnavailable, "Graph is down.", {}};
    return std::vector<std::string>{};
  });
  const auto token = rs256(with(person_v2(), "hasgroups", true));
  const auto answer = sign_in(token);
  const auto& refusal = refusal_of(answer);
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.reason, "groups_unavailable");
  EXPECT_THAT(refusal.message, HasSubstr("Graph is down."));
  EXPECT_EQ(refusal.principal.object_id, kPerson);
  down = false;
  caller(token);
}

TEST_F(BearerTest, WithoutALookupTheMessageSaysWhatToDo) {
  const auto answer = sign_in(rs256(with(person_v2(), "_claim_names", {{"groups", "src1"}})));
  const auto& refusal = refusal_of(answer);
  EXPECT_EQ(refusal.status, 403);
  EXPECT_EQ(refusal.reason, "groups_overage");
  EXPECT_THAT(refusal.message, HasSubstr("app roles"));
}

}  // namespace
}  // namespace adomcp::inbound_auth
