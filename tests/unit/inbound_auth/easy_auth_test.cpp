#include "inbound_auth/easy_auth.h"

#include "support.h"

namespace adomcp::inbound_auth {
namespace {

constexpr const char* kObjectIdUri =
    "http://schemas.microsoft.com/identity/claims/objectidentifier";
constexpr const char* kTenantUri = "http://schemas.microsoft.com/identity/claims/tenantid";
constexpr const char* kSubjectUri =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

/// Lets the caller of a test in, or refuses.
class FakeBearer final : public Authenticator {
 public:
  explicit FakeBearer(bool good) : good_(good) {}

  std::variant<Caller, SignInRefusal> authenticate(const HeaderLookup&) const override {
    if (!good_) return SignInRefusal{401, "invalid_token", "expired", "The token …", {}, {}};
    Caller caller;
    caller.principal.object_id = kPerson;
    caller.principal.tenant_id = kTenant;
    return caller;
  }
  std::string problem() const override { return "no keys"; }

 private:
  bool good_;
};

json claim(const std::string& type, const std::string& value) {
  return {{"typ", type}, {"val", value}};
}

std::string principal_header(const std::vector<json>& claims) {
  return to_base64(json{{"auth_typ", "aad"}, {"claims", claims}}.dump());
}

using Fields = std::map<std::string, std::string>;

std::string verdict(Fields fields, const std::string& provider = "entra", bool good = true) {
  const EasyAuth authenticator(std::make_unique<FakeBearer>(good), provider);
  return reason_of(authenticator.authenticate(headers(std::move(fields))));
}

std::string verdict_on(const std::string& header, const std::string& provider = "entra") {
  return verdict({{"x-ms-client-principal", header}}, provider);
}

TEST(EasyAuth, AgreesWithThePlatform) {
  EXPECT_EQ(verdict({{"x-ms-client-principal-id", kPerson},
                     {"x-ms-client-principal-idp", "aad"},
                     {"x-ms-client-principal-name", "whatever it is"},
                     {"x-ms-client-principal",
                      principal_header({claim("oid", kPerson), claim("tid", kTenant)})}}),
            "let in");
  EXPECT_EQ(verdict_on(principal_header(
                {claim("name", "Ada"), claim(kObjectIdUri, kPerson), claim(kTenantUri, kTenant)})),
            "let in");
  EXPECT_EQ(verdict({{"x-ms-client-principal-id", kPerson}}), "let in");
}

TEST(EasyAuth, TheTokenIsCheckedAllTheSame) {
  const Fields agreeing{{"x-ms-client-principal-id", kPerson}};
  EXPECT_EQ(verdict(agreeing, "entra", /*good=*/false), "expired");
}

TEST(EasyAuth, WithoutThePlatformNobodyComesIn) {
  EXPECT_EQ(verdict({}), "easyauth_missing");
  EXPECT_EQ(verdict({{"x-ms-client-principal-name", "ada"}}), "easyauth_missing");
}

TEST(EasyAuth, AContradictionRefuses) {
  const auto oid = claim("oid", kPerson);
  EXPECT_EQ(verdict({{"x-ms-client-principal-id", kApi}}), "easyauth_mismatch");
  EXPECT_EQ(verdict({{"x-ms-client-principal-id", kPerson + ", " + kPerson}}), "easyauth_mismatch");
  EXPECT_EQ(verdict({{"x-ms-client-principal-id", ""}}), "easyauth_mismatch");
  EXPECT_EQ(
      verdict({{"x-ms-client-principal-id", kPerson}, {"x-ms-client-principal-idp", "google"}}),
      "easyauth_mismatch");
  const std::vector<json> cases[] = {
      {claim("oid", kApi)},
      {claim(kObjectIdUri, kApi)},
      {oid, claim(kObjectIdUri, kApi)},
      {oid, claim("oid", kApi)},
      {oid, claim("tid", kForeignTenant)},
      {oid, claim(kTenantUri, kForeignTenant)},
      {claim("name", "Ada")},
      {},
  };
  for (const auto& claims : cases) {
    EXPECT_EQ(verdict_on(principal_header(claims)), "easyauth_mismatch") << json(claims).dump();
    EXPECT_EQ(verdict({{"x-ms-client-principal-id", kPerson},
                       {"x-ms-client-principal", principal_header(claims)}}),
              "easyauth_mismatch");
  }
}

TEST(EasyAuth, AMalformedHeaderRefuses) {
  const auto good = principal_header({claim("oid", kPerson)});
  const std::string cases[] = {
      "",
      "not base64",
      good + ", " + good,
      good.substr(1),
      to_base64("[]"),
      to_base64("{}"),
      to_base64(R"({"claims":{}})"),
      to_base64(R"({"claims":[],"claims":[{"typ":"oid","val":")" + kPerson + R"("}]})"),
      to_base64(R"({"claims":["oid"]})"),
      to_base64(R"({"claims":[{"typ":"oid"}]})"),
      to_base64(R"({"claims":[{"typ":"oid","val":["x"]}]})"),
      to_base64(R"({"claims":[{"typ":1,"val":"x"}]})"),
      std::string(65540, 'A'),
  };
  for (const auto& header : cases) {
    EXPECT_EQ(verdict_on(header), "easyauth_malformed") << header.substr(0, 100);
  }
}

TEST(EasyAuth, OtherProvidersAreComparedByTheirSubject) {
  EXPECT_EQ(verdict_on(principal_header({claim("sub", kPerson)}), "oidc"), "let in");
  EXPECT_EQ(verdict_on(principal_header({claim(kSubjectUri, kPerson)}), "oidc"), "let in");
  EXPECT_EQ(verdict_on(principal_header({claim("sub", kApi)}), "oidc"), "easyauth_mismatch");
  EXPECT_EQ(
      verdict({{"x-ms-client-principal-id", kPerson}, {"x-ms-client-principal-idp", "my-provider"}},
              "oidc"),
      "let in");
}

TEST(EasyAuth, ARefusalNamesWhoTheTokenIsFor) {
  const EasyAuth authenticator(std::make_unique<FakeBearer>(true), "entra");
  const auto answer = authenticator.authenticate(headers({}));
  EXPECT_EQ(refusal_of(answer).status, 401);
  EXPECT_EQ(refusal_of(answer).principal.object_id, kPerson);
  EXPECT_EQ(authenticator.problem(), "no keys");
}

}  // namespace
}  // namespace adomcp::inbound_auth
