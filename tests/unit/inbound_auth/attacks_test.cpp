#include <set>

#include "inbound_auth/bearer_authenticator.h"
#include "support.h"
#include "support/scripted_server.h"

namespace adomcp::inbound_auth {
namespace {

using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

struct Attack {
  std::string name;
  std::string reason;         ///< what refuses it
  std::string authorization;  ///< the whole header
};
using Attacks = std::vector<Attack>;

Attack token(std::string name, std::string reason, const std::string& text) {
  return {std::move(name), std::move(reason), "Bearer " + text};
}

std::string good() {
  return rs256(person_v2());
}

/// The header's text with claims that are good.
std::string with_header(const std::string& header) {
  return make_token(keys().rsa, Algorithm::kRs256, header, person_v2().dump());
}

std::string with_header_member(const std::string& name, const json& value) {
  auto header = json::parse(header_of("RS256", "rsa"));
  header[name] = value;
  return with_header(header.dump());
}

/// A payload's text, well signed.
std::string with_payload(const std::string& payload) {
  return make_token(keys().rsa, Algorithm::kRs256, header_of("RS256", "rsa"), payload);
}

std::string unsigned_token(const std::string& algorithm) {
  return encode_parts(header_of(algorithm, "rsa"), person_v2().dump()) + ".";
}

std::string hmac_token(const std::string& algorithm, const std::string& secret) {
  const auto text = encode_parts(header_of(algorithm, "rsa"), person_v2().dump());
  return text + "." + to_base64url(hmac_sha256(secret, text));
}

std::string body_of(const std::string& whole) {
  return whole.substr(0, whole.rfind('.'));
}

std::string signature_of(const std::string& whole) {
  return whole.substr(whole.rfind('.') + 1);
}

/// The same signature's bytes, written with left-over bits.
std::string with_loose_bits(std::string whole) {
  static const std::string kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  whole.back() = kAlphabet[kAlphabet.find(whole.back()) + 1];
  return whole;
}

std::string with_twice(const std::string& name, const std::string& first) {
  std::string payload = person_v2().dump();
  payload.insert(1, "\"" + name + "\":" + first + ",");
  return with_payload(payload);
}

Attacks algorithm_attacks() {
  const auto es = [](const std::string& signature_bytes) {
    const auto text = encode_parts(header_of("ES256", "ec"), person_v2().dump());
    return text + "." + to_base64url(signature_bytes);
  };
  const auto es_text = encode_parts(header_of("ES256", "ec"), person_v2().dump());
  const auto sign = [](const TestKey& key, Algorithm algorithm, const char* name, const char* id) {
    return make_token(key, algorithm, header_of(name, id), person_v2().dump());
  };
  return {
      token("alg none", "algorithm_not_allowed", unsigned_token("none")),
      token("alg None", "algorithm_not_allowed", unsigned_token("None")),
      token("alg NONE", "algorithm_not_allowed", unsigned_token("NONE")),
      token("alg nOnE with a signature", "algorithm_not_allowed",
            unsigned_token("nOnE") + signature_of(good())),
      token("alg empty", "malformed_token", unsigned_token("")),
      token("alg missing", "malformed_token", with_header(R"({"kid":"rsa"})")),
      token("alg null", "malformed_token", with_header_member("alg", nullptr)),
      token("alg an array", "malformed_token", with_header_member("alg", {"RS256", "none"})),
      token("alg in lower case", "algorithm_not_allowed", with_header_member("alg", "rs256")),
      token("alg with a NUL", "algorithm_not_allowed",
            with_header_member("alg", std::string("RS256\0", 6))),
      token("HS256 with the public key's PEM", "algorithm_not_allowed",
            hmac_token("HS256", keys().rsa.public_pem())),
      token("HS256 with the modulus", "algorithm_not_allowed",
            hmac_token("HS256", keys().rsa.jwk("rsa")["n"])),
      token("HS256 with no secret", "algorithm_not_allowed", hmac_token("HS256", "")),
      token("HS384", "algorithm_not_allowed", hmac_token("HS384", keys().rsa.public_pem())),
      token("RS512", "algorithm_not_allowed", with_header_member("alg", "RS512")),
      token("EdDSA", "algorithm_not_allowed", with_header_member("alg", "EdDSA")),
      token("PS256, which is not configured", "algorithm_not_allowed",
            sign(keys().other, Algorithm::kPs256, "PS256", "ps")),
      token("RS256 with a PS256 key", "wrong_algorithm",
            sign(keys().other, Algorithm::kRs256, "RS256", "ps")),
      token("RS256 in the header, an EC key", "wrong_algorithm",
            sign(keys().ec, Algorithm::kEs256, "RS256", "ec")),
      token("ES256 in the header, an RSA key", "wrong_algorithm",
            sign(keys().rsa, Algorithm::kRs256, "ES256", "rsa")),
      token("PSS padding under RS256", "bad_signature",
            sign(keys().rsa, Algorithm::kPs256, "RS256", "rsa")),
      token("ES256 in DER", "bad_signature", es(keys().ec.sign_der(es_text))),
      token("ES256 with zeros", "bad_signature", es(std::string(64, '\0'))),
      token("ES256 with r zero", "bad_signature",
            es(std::string(32, '\0') + keys().ec.sign(Algorithm::kEs256, es_text).substr(32))),
      token("ES256 with all ones", "bad_signature", es(std::string(64, '\xff'))),
      token("ES256 one byte short", "bad_signature",
            es(keys().ec.sign(Algorithm::kEs256, es_text).substr(0, 63))),
      token("a 1024 bit key of the issuer", "unknown_key",
            sign(keys().weak, Algorithm::kRs256, "RS256", "weak")),
      token("a key for encryption", "unknown_key",
            sign(keys().other, Algorithm::kRs256, "RS256", "encryption")),
  };
}

Attacks key_id_attacks() {
  const auto kid = [](const json& id) { return with_header_member("kid", id); };
  return {
      token("kid of a path", "unknown_key", kid("../../../../dev/null")),
      token("kid of SQL", "unknown_key", kid("x' UNION SELECT 'secret' --")),
      token("kid of a command", "unknown_key", kid("rsa|touch /tmp/owned")),
      token("kid of a URL", "unknown_key", kid("http://127.0.0.1/keys.json")),
      token("kid with a NUL", "unknown_key", kid(std::string("rsa\0", 4))),
      token("kid in another case", "unknown_key", kid("RSA")),
      token("kid of 4 KiB", "malformed_token", kid(std::string(4096, 'k'))),
      token("kid of 257 bytes", "no_key_id", kid(std::string(257, 'k'))),
      token("kid missing", "no_key_id", with_header(R"({"alg":"RS256"})")),
      token("kid empty", "no_key_id", kid("")),
      token("kid a number", "no_key_id", kid(1)),
      token("kid twice", "malformed_token",
            with_header(R"({"alg":"RS256","kid":"rsa","kid":"other"})")),
      token("alg twice", "malformed_token",
            with_header(R"({"alg":"none","kid":"rsa","alg":"RS256"})")),
      token("alg twice, once escaped", "malformed_token",
            with_header(R"({"\u0061lg":"none","kid":"rsa","alg":"RS256"})")),
      token("crit", "critical_header", with_header_member("crit", {"exp"})),
      token("crit empty", "critical_header", with_header_member("crit", json::array())),
      token("crit with b64", "critical_header",
            with_header(R"({"alg":"RS256","kid":"rsa","b64":false,"crit":["b64"]})")),
      token("typ of another use", "wrong_type", with_header_member("typ", "logout+jwt")),
      token("typ a number", "wrong_type", with_header_member("typ", 1)),
      token("signed by the attacker", "bad_signature",
            make_token(keys().attacker, Algorithm::kRs256, header_of("RS256", "rsa"),
                       person_v2().dump())),
      token("another key of the issuer", "bad_signature", rs256(person_v2(), "foreign")),
  };
}

Attacks form_attacks() {
  const std::string whole = good();
  const std::string body = body_of(whole);
  const std::string signature = signature_of(whole);
  const std::string bomb = std::string(6000, '[') + std::string(6000, ']');
  return {
      token("2 parts", "malformed_token", body),
      token("4 parts", "malformed_token", whole + ".AAAA"),
      token("5 parts, an encrypted token", "malformed_token", whole + ".AAAA.AAAA"),
      token("dots alone", "malformed_token", ".."),
      token("one word", "malformed_token", "opaque-access-token"),
      token("64 KiB", "token_too_large", std::string(65536, 'A')),
      token("64 KiB of dots", "token_too_large", std::string(65536, '.')),
      token("16 KiB and one", "token_too_large", body + "." + std::string(16385 - 1, 'A')),
      token("signature empty", "bad_signature", body + "."),
      token("signature cut", "bad_signature", whole.substr(0, whole.size() - 6)),
      token("signature of one character", "malformed_token", body + ".A"),
      token("signature of another token", "bad_signature",
            body + "." + signature_of(rs256(person_v1()))),
      token("signature with more bytes", "bad_signature",
            body + "." +
                to_base64url(keys().rsa.sign(Algorithm::kRs256, body) + std::string(1, '\0'))),
      token("signature not canonical", "malformed_token", with_loose_bits(whole)),
      token("padding", "malformed_token", whole + "=="),
      token("standard base64", "malformed_token", body + ".++//" + signature.substr(4)),
      token("white space inside", "malformed_token", body + ". " + signature),
      token("a tab at the end", "malformed_token", whole + "\t"),
      token("a line's end inside", "malformed_token", body + ".\r\n" + signature),
      token("payload changed", "bad_signature",
            encode_parts(header_of("RS256", "rsa"), with(person_v2(), "oid", kApi).dump()) + "." +
                signature),
      token("header no JSON", "malformed_token", with_header("alg=RS256")),
      token("header an array", "malformed_token", with_header(R"(["RS256"])")),
      token("header with a bomb", "malformed_token",
            with_header(R"({"alg":"RS256","kid":"rsa","x":[[[[[[[[[[]]]]]]]]]]})")),
      token("header of 5 KiB", "malformed_token", with_header_member("x", std::string(5000, 'x'))),
      token("payload no JSON", "malformed_claims", with_payload("iss=us")),
      token("payload an array", "malformed_claims", with_payload("[1]")),
      token("payload empty", "malformed_claims", with_payload("")),
      token("payload a bomb of arrays", "token_too_large", with_payload(bomb)),
      token(
          "payload with a deep claim", "malformed_claims",
          with_payload(R"({"exp":1,"x":)" + std::string(3000, '[') + std::string(3000, ']') + "}")),
      token("payload with broken UTF-8", "malformed_claims", with_payload("{\"iss\":\"\xff\"}")),
      token("payload twice", "malformed_claims", with_payload(person_v2().dump() + "{}")),
      token("scp twice", "malformed_claims", with_twice("scp", "\"other\"")),
      token("aud twice", "malformed_claims", with_twice("aud", "\"other\"")),
      token("exp twice, once escaped", "malformed_claims", with_twice("\\u0065xp", "9999999999")),
  };
}

Attacks claim_attacks() {
  const auto claim = [](std::string name, std::string reason, const char* which,
                        const json& value) {
    return token(std::move(name), std::move(reason), rs256(with(person_v2(), which, value)));
  };
  return {
      claim("another audience", "wrong_audience", "aud", "api://somebody-else"),
      claim("an audience with ours as its start", "wrong_audience", "aud", kApi + "0"),
      claim("an audience in capitals", "wrong_audience", "aud", "API://" + kApi),
      claim("an array of other audiences", "wrong_audience", "aud", {"a", "b"}),
      claim("an empty array of audiences", "wrong_audience", "aud", json::array()),
      claim("an audience that is an object", "malformed_claims", "aud", {{kApi, 1}}),
      claim("audiences with a number", "malformed_claims", "aud", {kApi, 1}),
      token("no audience", "wrong_audience", rs256(without(person_v2(), "aud"))),
      claim("another issuer", "wrong_issuer", "iss", "https://evil.example/v2.0"),
      claim("an issuer without its tail", "wrong_issuer", "iss", kV2.substr(0, kV2.size() - 1)),
      claim("an issuer over http", "wrong_issuer", "iss", "http" + kV2.substr(5)),
      claim("an issuer that is an array", "malformed_claims", "iss", {kV2}),
      token("no issuer", "wrong_issuer", rs256(without(person_v2(), "iss"))),
      claim("another tenant in the issuer alone", "wrong_issuer", "iss",
            "https://login.microsoftonline.com/" + kForeignTenant + "/v2.0"),
      claim("another tenant in tid alone", "wrong_tenant", "tid", kForeignTenant),
      claim("a tid that is no GUID", "wrong_tenant", "tid", "common"),
      claim("a tid in capitals and more", "wrong_tenant", "tid", "{" + kTenant + "}"),
      token("no tid", "wrong_tenant", rs256(without(person_v2(), "tid"))),
      token("a foreign tenant with the cloud's common key", "wrong_tenant",
            rs256(with(with(person_v2(), "tid", kForeignTenant), "iss",
                       "https://login.microsoftonline.com/" + kForeignTenant + "/v2.0"),
                  "common")),
      token("a key of another issuer", "wrong_key_issuer", rs256(person_v2(), "key-issuer")),
      token("a v1 token with a key of another issuer", "wrong_key_issuer",
            rs256(person_v1(), "key-issuer")),
      claim("a v2 issuer with version 1.0", "wrong_version", "ver", "1.0"),
      token("a v1 issuer with version 2.0", "wrong_version",
            rs256(with(person_v1(), "ver", "2.0"))),
      token("no version", "wrong_version", rs256(without(person_v2(), "ver"))),
      token("no object id", "malformed_claims", rs256(without(person_v2(), "oid"))),
      claim("an object id with a path", "malformed_claims", "oid", "../admin"),
      claim("a subject with a line's end", "malformed_claims", "sub", "a\nb"),
      claim("another client twice named", "malformed_claims", "appid", "someone-else"),
  };
}

Attacks time_and_right_attacks() {
  const auto claim = [](std::string name, std::string reason, const char* which,
                        const json& value) {
    return token(std::move(name), std::move(reason), rs256(with(person_v2(), which, value)));
  };
  const auto raw_exp = [](const std::string& number) {
    std::string payload = without(person_v2(), "exp").dump();
    return with_payload(payload.insert(1, "\"exp\":" + number + ","));
  };
  json identity = with(without(person_v2(), "scp"), "roles", {"Pipelines.Read"});
  return {
      claim("expired", "expired", "exp", kNow - 61),
      claim("expired at the skew's edge", "expired", "exp", kNow - 60),
      claim("exp 0", "expired", "exp", 0),
      token("exp missing", "malformed_claims", rs256(without(person_v2(), "exp"))),
      claim("exp a text", "malformed_claims", "exp", std::to_string(kNow + 60)),
      claim("exp null", "malformed_claims", "exp", nullptr),
      claim("exp true", "malformed_claims", "exp", true),
      claim("exp negative", "malformed_claims", "exp", -1),
      token("exp a float", "malformed_claims", raw_exp("1900000000.5")),
      token("exp with an exponent", "malformed_claims", raw_exp("19e8")),
      token("exp beyond 64 bits", "malformed_claims", raw_exp("99999999999999999999999")),
      token("exp beyond signed 64 bits", "malformed_claims", raw_exp("18446744073709551615")),
      token("exp at the end of 64 bits", "malformed_claims", raw_exp("9223372036854775807")),
      token("exp infinite", "malformed_claims", raw_exp("1e400")),
      claim("not yet valid", "not_yet_valid", "nbf", kNow + 61),
      claim("nbf a text", "malformed_claims", "nbf", "0"),
      claim("made in the future", "not_yet_valid", "iat", kNow + 3000),
      token("no scope and no role", "missing_role", rs256(without(person_v2(), "scp"))),
      claim("another scope", "missing_scope", "scp", "read_everything"),
      claim("a scope that starts with ours", "missing_scope", "scp", "access_as_user_admin"),
      claim("a scope within ours", "missing_scope", "scp", "access_as"),
      claim("a scope in another case", "missing_scope", "scp", "ACCESS_AS_USER"),
      claim("a scope with a comma", "missing_scope", "scp", "a,access_as_user"),
      claim("a scope with a look-alike letter", "missing_scope", "scp",
            "\xd0\xb0"
            "ccess_as_user"),
      claim("a scope with a zero-width space", "missing_scope", "scp", "access_as_user\u200b"),
      claim("a scope that is an object", "malformed_claims", "scp", {{"access_as_user", true}}),
      claim("a scope of 300 bytes", "malformed_claims", "scp", std::string(300, 's')),
      token("a program where no roles are allowed", "missing_role", rs256(program_v2())),
      claim("a program that borrows a scope", "missing_role", "idtyp", "app"),
      token("a person without scope who shows roles", "missing_scope",
            rs256(with(program_v2(), "idtyp", "user"))),
      claim("an identity token with a nonce", "not_an_access_token", "nonce", "n-0S6"),
      claim("an identity token with at_hash", "not_an_access_token", "at_hash", "77Qm"),
      token("an identity token for our own client", "not_an_access_token",
            rs256(without(identity, "azp"))),
      token("an identity token of another client", "wrong_audience",
            rs256(with(without(identity, "azp"), "aud", kClient))),
      claim("more groups than fit", "groups_overage", "_claim_names", {{"groups", "src1"}}),
      claim("more groups than fit, the short way", "groups_overage", "hasgroups", true),
      claim("groups that are an object", "malformed_claims", "groups", {{"admins", 1}}),
  };
}

Attacks header_attacks() {
  const std::string whole = good();
  return {
      {"no value", "no_token", ""},
      {"Bearer alone", "malformed_header", "Bearer"},
      {"Bearer and a space", "malformed_token", "Bearer "},
      {"Basic", "not_bearer", "Basic dXNlcjpwYXNzd29yZA=="},
      {"the token without a scheme", "not_bearer", whole},
      {"the token in another scheme", "not_bearer", "DPoP " + whole},
      {"no space", "not_bearer", "Bearer" + whole},
      {"two headers", "malformed_header", "Bearer " + whole + ", Bearer " + whole},
      {"two headers, the first bad", "malformed_header", "Basic QQ==, Bearer " + whole},
      {"parameters", "malformed_header", "Bearer token=\"" + whole + "\", realm=\"x\""},
      {"quotes", "malformed_token", "Bearer \"" + whole + "\""},
      {"two tokens", "malformed_token", "Bearer " + whole + " " + whole},
  };
}

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
    static const std::set<std::string> kForbidden = {"missing_scope", "missing_role",
                                                     "groups_overage"};
    static const std::set<std::string> kKnown = {
        "missing_scope", "missing_role",   "groups_overage",      "expired",
        "not_yet_valid", "wrong_audience", "not_an_access_token", "wrong_client"};
    const bool forbidden = kForbidden.contains(refusal.reason);
    EXPECT_EQ(refusal.status, forbidden ? 403 : 401);
    const bool no_token = refusal.reason == "no_token" || refusal.reason == "not_bearer";
    EXPECT_EQ(refusal.error, no_token ? "" : (forbidden ? "insufficient_scope" : "invalid_token"));
    EXPECT_EQ(refusal.principal.object_id.empty(), !kKnown.contains(refusal.reason));
  }

  ManualClock clock_;
  FakeIssuer issuer_{key_set()};
  std::unique_ptr<BearerAuthenticator> authenticator_;
};

TEST_F(TokenAttacks, TheTokenThatTheyStartFromIsGood) {
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(good()))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v1())))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(rs256(person_v2(), "common")))),
            "let in");
}

TEST_F(TokenAttacks, OnTheAlgorithmAreRefused) {
  expect_refused(algorithm_attacks());
}

TEST_F(TokenAttacks, OnTheKeyIdAndTheHeaderAreRefused) {
  expect_refused(key_id_attacks());
}

TEST_F(TokenAttacks, OnTheFormAreRefused) {
  expect_refused(form_attacks());
}

TEST_F(TokenAttacks, OnTheClaimsAreRefused) {
  expect_refused(claim_attacks());
}

TEST_F(TokenAttacks, OnTimesAndRightsAreRefused) {
  expect_refused(time_and_right_attacks());
}

TEST_F(TokenAttacks, OnTheAuthorizationHeaderAreRefused) {
  expect_refused(header_attacks());
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
  const auto old = good();
  ASSERT_EQ(reason_of(authenticator_->authenticate(bearer(old))), "let in");
  issuer_.serve(key_set_text({keys().other.jwk("new")}));
  const auto fresh =
      make_token(keys().other, Algorithm::kRs256, header_of("RS256", "new"), person_v2().dump());
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(fresh))), "let in");
  EXPECT_EQ(reason_of(authenticator_->authenticate(bearer(old))), "unknown_key");
}

TEST_F(TokenAttacks, ACachedTokenDoesNotLendItsGoodNameToAnother) {
  ASSERT_EQ(reason_of(authenticator_->authenticate(bearer(good()))), "let in");
  auto other = good();
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
