#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

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
        Case{"Server=a;User=b;Password=p w;x", "Server=a;User=b;Password=***;x"},
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

std::string body_line(unsigned seed) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937 random(seed);
  std::string out;
  for (int i = 0; i < 64; ++i) out += kLetters[random() % kLetters.size()];
  return out;
}

struct Lines {
  const char* name;
  std::string before, secret, after;
};
class RedactLines : public testing::TestWithParam<Lines> {};

TEST_P(RedactLines, HidesTheBlockAndNothingAfterIt) {
  const Lines& lines = GetParam();
  const std::string hidden =
      redact("first\n" + lines.before + lines.secret + lines.after + "\nsrc/a.c:1:1: error: x");
  EXPECT_EQ(hidden.find(lines.secret), std::string::npos) << hidden;
  for (std::size_t at = 0; at + 12 <= lines.secret.size(); at += 12) {
    const std::string part = lines.secret.substr(at, 12);
    if (part.find_first_of(" \n:-") != std::string::npos) continue;
    EXPECT_EQ(hidden.find(part), std::string::npos) << hidden;
  }
  EXPECT_EQ(hidden.rfind("first\n", 0), 0U) << hidden;
  EXPECT_NE(hidden.find("\nsrc/a.c:1:1: error: x"), std::string::npos) << hidden;
  EXPECT_EQ(redact(hidden), hidden);
}

const std::string kBody = body_line(1) + "\n" + body_line(2) + "\n" + body_line(3);
const std::string kOneLine = body_line(4) + "\\n" + body_line(5);

INSTANTIATE_TEST_SUITE_P(
    Blocks, RedactLines,
    testing::Values(
        Lines{"rsa", kBegin + "\n", kBody,
              "\n-----END RSA "
              "PRIVATE KEY-----"},
        Lines{"encrypted", kBegin + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A\n\n", kBody,
              "\n-----END RSA "
              "PRIVATE KEY-----"},
        Lines{"cut", kBegin + "\n", kBody, ""},
        Lines{"in_a_log", "web_1  | " + kBegin + "\nweb_1  | ", body_line(6),
              "\nweb_1  | -----END RSA "
              "PRIVATE KEY-----"},
        Lines{"in_json", "{\"key\": \"" + kBegin + "\\n", kOneLine,
              "\\n-----END RSA "
              "PRIVATE KEY-----\"}"},
        Lines{"openssh",
              "-----BEGIN OPENSSH "
              "PRIVATE KEY-----\n",
              kBody,
              "\n-----END OPENSSH "
              "PRIVATE KEY-----"},
        Lines{"pgp",
              "-----BEGIN PGP "
              "PRIVATE KEY BLOCK-----\nVersion: 1\n\n",
              kBody,
              "\n-----END PGP "
              "PRIVATE KEY BLOCK-----"},
        Lines{"ssh2",
              "---- BEGIN SSH2 ENCRYPTED "
              "PRIVATE KEY ----\n",
              kBody,
              "\n---- END SSH2 ENCRYPTED "
              "PRIVATE KEY ----"},
        Lines{"putty", "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 3\n", kBody,
              "\nPrivate-MAC: 0123456789abcdef0123456789abcdef01234567"},
        Lines{"yaml", "key:\n  password: |\n    ", "first line\n    second-line9x7Q", "\nother: 1"},
        Lines{"yaml_folded", "secret: >-\n  ", "Xy7zQw9pLm3k", "\nother: 1"},
        Lines{"yaml_below", "password:\n  ", "Xy7zQw9pLm3k", "\nother: 1"},
        Lines{"json_below", "\"password\":\n    \"", "Xy7zQw9pLm3k", "\"\n}"},
        Lines{"xml_below", "<Password>\n  ", "Xy7zQw9pLm3k", "\n</Password>"},
        Lines{"continued", "docker login -u me \\\n  -p ", "Xy7zQw9pLm3k", " reg.io"},
        Lines{"pair_below", "- name: DB_PASSWORD\n  value: ", "Xy7zQw9pLm3k", ""},
        Lines{"python_list", "['" + kBegin + "',\n '", body_line(7),
              "',\n '-----END RSA "
              "PRIVATE KEY-----']"},
        Lines{"joined", "\"" + kBegin + "\\n\" +\n\"", body_line(8),
              "\\n\" +\n\"-----END RSA "
              "PRIVATE KEY-----\";"},
        Lines{"passwords", "passwords:\n  - ", "Xy7zQw9pLm3k\n  - Ab1cDe2fGh3i", "\nother: 1"},
        Lines{"passwords_json", "\"passwords\": [\n  \"", "Xy7zQw9pLm3k", "\"\n]"},
        Lines{"triple", "password = \"\"\"\n", "Xy7zQw9pLm3k", "\n\"\"\""},
        Lines{"three_lines", "t eyJhbGciOiJIUzI1NiJ9.eyJzdWIi\n",
              "OiIxMjM0NTY3ODkw\nIn0dBjftJeZ4CVP", " end"},
        Lines{"pat", "token ", kPat52.substr(0, 26) + "\n" + kPat52.substr(26), ""}),
    [](const auto& lines) { return std::string(lines.param.name); });

TEST(Redactor, TellsThatTheLineBeforeEndedWithHalfAToken) {
  Redactor redactor;
  EXPECT_EQ(redactor.line("token " + kPat52.substr(0, 26)), "token " + kPat52.substr(0, 26));
  EXPECT_EQ(redactor.line(kPat52.substr(26) + " end"), "*** end");
  EXPECT_EQ(redactor.completed(), 26U);
}

/// Pieces of what the rules look for, put together without sense.
std::string nonsense(unsigned seed) {
  constexpr std::array<std::string_view, 44> kPieces{"password",
                                                     "token",
                                                     "=",
                                                     ":",
                                                     " ",
                                                     "\n",
                                                     "\"",
                                                     "'",
                                                     "\\",
                                                     "\\\"",
                                                     "***",
                                                     "$(x)",
                                                     "%3D",
                                                     "&",
                                                     "?code=",
                                                     "://",
                                                     "@",
                                                     "<Password>",
                                                     "</Password>",
                                                     "-----BEGIN RSA "
                                                     "PRIVATE KEY-----",
                                                     "-----END RSA "
                                                     "PRIVATE KEY-----",
                                                     "ghp_0123456789abcdefghij",
                                                     "eyJhbGciOiJIUzI1NiJ9.e30.",
                                                     "--password",
                                                     "-p",
                                                     "docker login",
                                                     "curl -u a:b",
                                                     "Bearer ",
                                                     "Authorization: ",
                                                     "Cookie: a=b",
                                                     "|",
                                                     "{",
                                                     "}",
                                                     "[",
                                                     "]",
                                                     ",",
                                                     ";",
                                                     "name: DB_PASSWORD",
                                                     "value: ",
                                                     "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                                                     "\xFF",
                                                     "\xE2\x80\x8B",
                                                     "\x1B[31m",
                                                     "x9Y8z7"};
  std::mt19937 random(seed);
  std::string out;
  for (int i = 0; i < 30; ++i) out += kPieces[random() % kPieces.size()];
  return out;
}

TEST(SafeText, MaskingTwiceChangesNothingAndItIsAlwaysUtf8) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    const std::string text = nonsense(seed);
    const std::string once = safe_text(text, 10000);
    ASSERT_EQ(safe_text(once, 10000), once) << seed << ": " << text;
    for (std::size_t i = 0; i < once.size();) {
      const auto point = detail::decode_utf8(std::string_view(once).substr(i));
      ASSERT_FALSE(point.value == 0xFFFD && point.size == 1) << seed;
      i += point.size;
    }
  }
}

TEST(SafeText, CleansBeforeItLooksForSecrets) {
  // An escape in the middle must not hide the name from the search.
  EXPECT_EQ(safe_text("pass\x1B[0mword=hunter2", 100), "password=***");
  EXPECT_EQ(safe_text("pass\xE2\x80\x8Bword=hunter2", 100), "password=***");
  EXPECT_EQ(safe_text(std::string(1 << 20, 'x'), 10).size(), 10U);
}

}  // namespace
}  // namespace adomcp::sdk
