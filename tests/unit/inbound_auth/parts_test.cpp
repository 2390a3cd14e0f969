#include "core/json.h"
#include "inbound_auth/bearer_authenticator.h"
#include "inbound_auth/claims.h"
#include "inbound_auth/key_set.h"
#include "support.h"

namespace adomcp::inbound_auth {
namespace {

using testing::SizeIs;

TEST(JsonObject, IsStrict) {
  const std::string deep = R"({"a":[[[[[[[1]]]]]]]})";
  EXPECT_TRUE(parse_strict_object(R"({"a":{"b":1},"c":{"b":2},"d":"}]["})", 100));
  EXPECT_TRUE(parse_strict_object(deep, 100));
  for (const std::string& text :
       {std::string(R"({"a":1,"a":1})"), std::string(R"({"x":{"a":1,"a":2}})"),
        std::string(R"({"x":[{"a":1},{"a":1,"\u0061":2}]})"), std::string("[]"), std::string("1"),
        std::string(), std::string("{} {}"), std::string("{\"a\":1,}"), "{\"a\":[" + deep + "]}",
        std::string(101, ' '), std::string("{\"\xff\":1}")}) {
    EXPECT_FALSE(parse_strict_object(text, 100)) << text;
  }
}

TEST(DisplayText, IsCutAndHasNothingHidden) {
  EXPECT_EQ(display_text("Ada Lovel\xc3\xa0"
                         "ce",
                         128),
            "Ada Lovel\xc3\xa0"
            "ce");
  EXPECT_EQ(display_text("a\nb\x7f\u0085c\u200bd\u202ee\u2066f\ufeffg", 128), "a b  c d e f g");
  EXPECT_EQ(display_text("\u00e9\u00e9", 3), "\u00e9");
}

std::size_t good_keys(const json& jwk, std::vector<Algorithm> algorithms = {Algorithm::kRs256}) {
  const auto set = KeySet::parse(key_set_text({jwk, keys().rsa.jwk("good")}), algorithms);
  return set ? set->find("k").size() : 99;
}

json changed(json jwk, const std::string& name, const json& value) {
  jwk[name] = value;
  return jwk;
}

TEST(KeySet, LeavesOutWhatNoSignatureMayBeCheckedWith) {
  const json rsa = keys().rsa.jwk("k");
  const json ec = keys().ec.jwk("k");
  EXPECT_EQ(good_keys(rsa), 1U);
  EXPECT_EQ(good_keys(ec), 1U);
  EXPECT_EQ(good_keys(changed(rsa, "use", "sig")), 1U);
  EXPECT_EQ(good_keys(changed(rsa, "key_ops", {"verify"})), 1U);
  const json bad[] = {
      keys().weak.jwk("k"),
      changed(rsa, "use", "enc"),
      changed(rsa, "use", 1),
      changed(rsa, "key_ops", {"encrypt"}),
      changed(rsa, "key_ops", "verify"),
      changed(rsa, "kty", "EC"),
      changed(rsa, "kty", "oct"),
      changed(rsa, "alg", "HS256"),
      changed(rsa, "alg", "ES256"),
      changed(rsa, "alg", "RS1"),
      changed(rsa, "alg", nullptr),
      changed(rsa, "e", "AQ"),
      changed(rsa, "e", "Ag"),
      changed(rsa, "e", ""),
      changed(rsa, "n", 5),
      changed(rsa, "n", std::string(2732, 'A')),
      changed(rsa, "issuer", 5),
      changed(ec, "crv", "P-384"),
      changed(ec, "crv", "secp256k1"),
      changed(ec, "alg", "RS256"),
      changed(ec, "x", ec["y"]),
      changed(ec, "x", std::string(42, 'A')),
      {{"kty", "oct"}, {"kid", "k"}, {"alg", "HS256"}, {"k", "c2VjcmV0"}},
      json::array({1}),
      json("k"),
  };
  for (const auto& jwk : bad) EXPECT_EQ(good_keys(jwk), 0U) << jwk.dump();
}

TEST(KeySet, FixesTheAlgorithmOfEachKey) {
  const auto algorithm = [](const json& jwk, const std::vector<Algorithm>& algorithms) {
    const auto set = KeySet::parse(key_set_text({jwk}), algorithms);
    return set ? std::optional(set->find("k").at(0)->algorithm) : std::nullopt;
  };
  const json rsa = keys().rsa.jwk("k");
  EXPECT_EQ(algorithm(rsa, {Algorithm::kRs256, Algorithm::kPs256}), Algorithm::kRs256);
  EXPECT_EQ(algorithm(rsa, {Algorithm::kEs256, Algorithm::kPs256}), Algorithm::kPs256);
  EXPECT_EQ(algorithm(rsa, {Algorithm::kEs256}), Algorithm::kRs256);
  EXPECT_EQ(algorithm(changed(rsa, "alg", "PS256"), {Algorithm::kRs256}), Algorithm::kPs256);
  EXPECT_EQ(algorithm(keys().ec.jwk("k"), {Algorithm::kRs256}), Algorithm::kEs256);
}

TEST(KeySet, IsBoundedAndNeverEmpty) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1]})",
                           R"({"keys":[],"keys":[]})"}) {
    EXPECT_FALSE(KeySet::parse(text, {Algorithm::kRs256})) << text;
  }
  std::vector<json> many(150, keys().ec.jwk("k"));
  const auto set = KeySet::parse(key_set_text(many), {Algorithm::kEs256});
  ASSERT_TRUE(set);
  EXPECT_THAT(set->find("k"), SizeIs(100));
}

TEST(TokenCache, DropsTheOneUnusedForLongest) {
  const Clock::TimePoint now{};
  const auto later = now + std::chrono::seconds(10);
  const auto caller = std::make_shared<const Caller>();
  TokenCache cache(2);
  cache.keep("a", caller, later, now, 1);
  cache.keep("b", caller, later, now, 1);
  EXPECT_TRUE(cache.find("a", now, 1));
  cache.keep("c", caller, later, now, 1);
  EXPECT_TRUE(cache.find("a", now, 1));
  EXPECT_FALSE(cache.find("b", now, 1));
  EXPECT_TRUE(cache.find("c", now, 1));
}

TEST(TokenCache, ForgetsAtTheEndAndWithTheKeys) {
  const Clock::TimePoint now{};
  const auto later = now + std::chrono::seconds(10);
  TokenCache cache(2);
  cache.keep("a", std::make_shared<const Caller>(), later, now, 1);
  cache.keep("b", std::make_shared<const Caller>(), later, now, 1);
  EXPECT_FALSE(cache.find("a", later, 1));
  EXPECT_FALSE(cache.find("b", now, 2));
  EXPECT_FALSE(cache.find("b", now, 1)) << "the old keys don't come back";
}

TEST(Claims, AProgramsTokenIsNoPersons) {
  struct Case {
    const char* name;
    json claims;
    bool application;
  };
  const Case cases[] = {
      {"a scope", {{"exp", 1}, {"scp", "a"}}, false},
      {"a scope by its other name", {{"exp", 1}, {"scope", "a b"}}, false},
      {"a list of scopes", {{"exp", 1}, {"scp", {"a", "b"}}}, false},
      {"no scope", {{"exp", 1}, {"roles", {"a"}}}, true},
      {"a blank scope", {{"exp", 1}, {"scp", " "}}, true},
      {"its own subject", {{"exp", 1}, {"scope", "a"}, {"sub", "x"}, {"client_id", "x"}}, true},
      {"its own subject, as Okta says it",
       {{"exp", 1}, {"scp", {"a"}}, {"sub", "x"}, {"cid", "x"}},
       true},
      {"somebody's, as Okta says it",
       {{"exp", 1}, {"scp", {"a"}}, {"sub", "p"}, {"cid", "x"}},
       false},
      {"a program's grant",
       {{"exp", 1},
        {"scope", "a"},
        {"sub", "x@clients"},
        {"azp", "x"},
        {"gty", "client-credentials"}},
       true},
      {"somebody's grant",
       {{"exp", 1}, {"scope", "a"}, {"sub", "p"}, {"azp", "x"}, {"gty", "password"}},
       false},
      {"said to be an app", {{"exp", 1}, {"scp", "a"}, {"idtyp", "app"}}, true},
      {"said to be an app otherwise", {{"exp", 1}, {"scp", "a"}, {"idtyp", "App"}}, true},
      {"said to be a device", {{"exp", 1}, {"scp", "a"}, {"idtyp", "device"}}, true},
      {"said to be a user", {{"exp", 1}, {"idtyp", "user"}}, false},
  };
  for (const auto& [name, claims, application] : cases) {
    const auto read = read_claims(claims.dump());
    ASSERT_TRUE(std::holds_alternative<Claims>(read)) << name;
    EXPECT_EQ(is_application(std::get<Claims>(read)), application) << name;
  }
}

}  // namespace
}  // namespace adomcp::inbound_auth
