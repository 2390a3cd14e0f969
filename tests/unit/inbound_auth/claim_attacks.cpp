#include "attacks.h"
#include "support.h"

namespace adomcp::inbound_auth {
namespace {

/// A person's token with one claim changed.
Attack claim(std::string name, std::string reason, const char* which, const json& value) {
  return token(std::move(name), std::move(reason), rs256(with(person_v2(), which, value)));
}

/// A payload's text, well signed.
std::string with_payload(const std::string& payload) {
  return make_token(keys().rsa, Algorithm::kRs256, header_of("RS256", "rsa"), payload);
}

}  // namespace

Attacks audience_attacks() {
  return {
      claim("another audience", "wrong_audience", "aud", "api://somebody-else"),
      claim("an audience with ours as its start", "wrong_audience", "aud", kApi + "0"),
      claim("an audience in capitals", "wrong_audience", "aud", "API://" + kApi),
      claim("an array of other audiences", "wrong_audience", "aud", {"a", "b"}),
      claim("an empty array of audiences", "wrong_audience", "aud", json::array()),
      claim("an audience that is an object", "malformed_claims", "aud", {{kApi, 1}}),
      claim("audiences with a number", "malformed_claims", "aud", {kApi, 1}),
      token("no audience", "wrong_audience", rs256(without(person_v2(), "aud"))),
  };
}

Attacks issuer_attacks() {
  return {
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

Attacks time_attacks() {
  const auto raw_exp = [](const std::string& number) {
    std::string payload = without(person_v2(), "exp").dump();
    return with_payload(payload.insert(1, "\"exp\":" + number + ","));
  };
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
      claim("exp beyond the clock's range", "malformed_claims", "exp", 9'000'000'001),
      token("exp infinite", "malformed_claims", raw_exp("1e400")),
      claim("not yet valid", "not_yet_valid", "nbf", kNow + 61),
      claim("nbf a text", "malformed_claims", "nbf", "0"),
      claim("made in the future", "not_yet_valid", "iat", kNow + 3000),
  };
}

Attacks right_attacks() {
  json identity = with(without(person_v2(), "scp"), "roles", {"Pipelines.Read"});
  return {
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
      claim("bound to a certificate", "bound_token", "cnf", {{"x5t#S256", "bwcK0esc3ACC3DB2"}}),
      claim("bound to a key of DPoP", "bound_token", "cnf", {{"jkt", "0ZcOCORZNYy-DWpqq30jZ"}}),
      claim("bound to a key by its id", "bound_token", "cnf", {{"kid", "one"}}),
      claim("bound to a whole key", "bound_token", "cnf", {{"jwk", {{"kty", "EC"}}}}),
      claim("bound to an encrypted key", "bound_token", "cnf", {{"jwe", "a.b.c.d.e"}}),
      claim("bound to a set of keys", "bound_token", "cnf",
            {{"jku", "https://id.example/keys"}, {"kid", "2"}}),
      claim("bound as Entra says it", "bound_token", "cnf", {{"xms_ksl", "sw"}, {"kid", "k"}}),
      claim("bound to something unknown", "bound_token", "cnf", {{"later", true}}),
      claim("bound to nothing", "bound_token", "cnf", json::object()),
      claim("bound to null", "bound_token", "cnf", nullptr),
      claim("bound to a text", "bound_token", "cnf", "key"),
      claim("bound to false", "bound_token", "cnf", false),
      token("a bound program", "bound_token", rs256(with(program_v2(), "cnf", {{"kid", "one"}}))),
      claim("more groups than fit", "groups_overage", "_claim_names", {{"groups", "src1"}}),
      claim("more groups than fit, the short way", "groups_overage", "hasgroups", true),
      claim("groups that are an object", "malformed_claims", "groups", {{"admins", 1}}),
  };
}

}  // namespace adomcp::inbound_auth
