#include <gtest/gtest.h>
#include <adomcp/redact.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Names that say secret and names that only sound so, and what a line may hide of those after it.

namespace adomcp::sdk {
namespace {

/// A line that speaks of secrets without one: it stays, and so do the lines after it.
class RedactOpens : public testing::TestWithParam<const char*> {};

TEST_P(RedactOpens, HidesNoOtherLine) {
  std::string text = GetParam();
  for (int i = 0; i < 60; ++i) {
    text += "\nsrc/a.c:" + std::to_string(i) + ":1: error: line " + std::to_string(i);
  }
  EXPECT_EQ(redact(text), text);
}

INSTANTIATE_TEST_SUITE_P(
    Brackets, RedactOpens,
    testing::Values("error CS1503: Argument 1: cannot convert from Task<Secret> to string",
                    "error CS1503: Argument 1: cannot convert from List<Password> to string",
                    "List<Secret> s", "cannot convert from `Option<Secret>` to `Secret`",
                    "expected Vec<Token>, found Option<Password>",
                    "  found type `Arc<Mutex<Secret>>`", "TypeError: Expected Promise<Password>",
                    "error: no matching function for call to Foo<Password>::get()",
                    "class X extends Repository<Password> {", "Result<ApiKey>",
                    "Task<AccessToken> GetAsync()", "see <password>",
                    "usage: tool <username> <password>", "Usage: login <user> <password> [options]",
                    "usage: x --password <password>", "expected <password> element",
                    "Element <Password> is missing", "Func<string, Secret> f",
                    "Map<String, Password> m", "std::vector<Secret> v;", "Optional<Password> p",
                    "<user> <secret> are required"));

INSTANTIATE_TEST_SUITE_P(Marks, RedactOpens,
                         testing::Values(R"(read -p "Password: " pw)", "printf 'Password: '",
                                         R"(echo "password: ")", R"(export PASSWORD="$(az account)",
                                         R"(DB_PASSWORD="$(cat x)", R"(Invalid password: ")",
                                         "secret = '", R"(Password prompt: ")",
                                         R"(The password entered was "wrong)",
                                         R"(password (y/n): ")", R"(read -s -p "Token: " TOKEN)",
                                         R"(TOKEN="$(curl -s https://x)",
                                         "Enter password: ", "password: \"\""));

/// What is open may hide a few lines, never a log.
TEST(RedactOpenQuote, HidesAFewLinesAtMost) {
  for (const char* line : {R"(password: "abc)", "password='x1y2z3", "secret: `abc1", "<Password>",
                           "<Password>abc", "password = \"\"\""}) {
    Redactor redactor;
    redactor.line(line);
    int hidden = 0;
    for (int i = 0; i < 60; ++i) {
      hidden += redactor.line("src/a.c:9:1: error: x") == "***" ? 1 : 0;
    }
    EXPECT_LE(hidden, 4) << line;
  }
}

struct Named {
  const char* name;
  bool secret;
};
class RedactName : public testing::TestWithParam<Named> {};

TEST_P(RedactName, SaysWhetherItsValueIsASecret) {
  const std::string name = GetParam().name;
  for (const std::string secret : {"h7Xp0qWz9KmN4vB2cX8LjR5tY1sD6fG3", "h7Xp0qWz9KmN4vB2cX8L"}) {
    for (const std::string& text :
         {name + "=" + secret, "\"" + name + "\": \"" + secret + "\"", name + ": " + secret,
          "export " + name + "=\"" + secret + "\""}) {
      const std::string hidden = redact(text);
      if (GetParam().secret) {
        EXPECT_EQ(hidden.find(secret.substr(0, 8)), std::string::npos) << text;
        EXPECT_EQ(redact(hidden), hidden);
      } else {
        EXPECT_EQ(hidden, text);
      }
    }
  }
}

constexpr Named kNames[] = {
    {"REDIS_SECRET", true},
    {"redisSecret", true},
    {"travisSecret", true},
    {"AXIS_SECRET", true},
    {"APIS_SECRET", true},
    {"basisSecret", true},
    {"this.secret", true},
    {"IS_SECRET_KEY", true},
    {"FLASK_PASSWORD", true},
    {"flaskPassword", true},
    {"TASK_PASSWORD", true},
    {"DESKPASSWORD", true},
    {"GIT_ASKPASS_PASSWORD", true},
    {"HOTKEY_PASSWORD", true},
    {"snapshotKey", true},
    {"SNAPSHOT_SECRET_KEY", true},
    {"SCREENSHOT_ACCESS_KEY", true},
    {"robotKey", true},
    {"ASYNC_TOKEN", true},
    {"KEYVAULT_CLIENT_SECRET", true},
    {"KeyVaultPassword", true},
    {"KEY_VAULT_CLIENT_SECRET", true},
    {"SECRETS_MANAGER_ACCESS_TOKEN", true},
    {"secretsmanager.password", true},
    {"TOKENIZER_API_KEY", true},
    {"TOKENIZATION_SECRET", true},
    {"CANCELLATION_SECRET", true},
    {"ANALYSIS_SECRET", true},
    {"CHASSIS_SECRET_KEY", true},
    {"CACHE_KEY_SECRET", true},
    {"NEXT_TOKEN_SECRET", true},
    {"PUBLIC_KEY_PASSWORD", true},
    {"publicKeyPassphrase", true},
    {"FACEBOOK_PAGE_ACCESS_TOKEN", true},
    {"bindpw", true},
    {"rootpw", true},
    {"userpw", true},
    {"adminpw", true},
    {"LDAP_BINDPW", true},
    {"PSK", true},
    {"VPN_PSK", true},
    {"preSharedKey", true},
    {"SESSION_ID", true},
    {"sessionid", true},
    {"rails_session", true},
    {"_app_session", true},
    {"senha", true},
    {"SENHA_DB", true},
    {"wachtwoord", true},
    {"WACHTWOORD", true},
    {"hasło", true},
    {"haslo", true},
    {"lösenord", true},
    {"losenord", true},
    {"contraseña", true},
    {"contrasenia", true},
    {"mot_de_passe", true},
    {"motDePasse", true},
    {"Kennwort", true},
    {"Passwort", true},
    {"passwort_db", true},
    {"salasana", true},
    {"heslo", true},
    {"jelszo", true},
    {"parola", true},
    {"şifre", true},
    {"lozinka", true},
    {"пароль", true},
    {"密码", true},
    {"SALT", true},
    {"PEPPER", true},
    {"DEK", true},
    {"KEK", true},
    {"clave", true},
    {"chave", true},
    {"connect.sid", true},
    {"PASSWORD_TEST", true},
    {"DB_PASSWORD_CLIENT", true},
    {"SECRET_SERVICE", true},
    {"SYNC_TOKEN", false},
    {"syncToken", false},
    {"NEXT_PAGE_TOKEN", false},
    {"nextToken", false},
    {"continuationToken", false},
    {"isSecret", false},
    {"keyVaultName", false},
    {"KEY_VAULT_URL", false},
    {"secretsManagerEndpoint", false},
    {"tokenizerFile", false},
    {"CACHE_KEY", false},
    {"publicKey", false},
    {"publicKeyToken", false},
    {"SSH_AUTH_SOCK", false},
    {"pass_rate", false},
    {"testAssertionErrorBoolean", false},
    {"SIDE", false},
    {"SALTED", false},
    {"cancellationToken", false},
};
INSTANTIATE_TEST_SUITE_P(Names, RedactName, testing::ValuesIn(kNames), [](const auto& named) {
  std::string out;
  for (const char c : std::string_view(named.param.name)) {
    out += is_alnum(c) ? std::string(1, c) : '_' + std::to_string(c & 0x7F);
  }
  return out;
});

/// Lines of a key, each after what an agent or a log writes before it.
class RedactKeyLines : public testing::TestWithParam<const char*> {};

TEST_P(RedactKeyLines, AreHiddenBehindAMark) {
  const std::string body = "X1fH+ZM9TBrKrmGsNmjQ8mT3OA94HhblZa/QFPiyCEs5lkO+nMLpQAK4lXOELxyx";
  const std::string mark = GetParam();
  const std::string hidden = redact(mark + "-----BEGIN RSA " + "PRIVATE KEY-----\n" + mark + body +
                                    "\n" + mark + "-----END RSA " + "PRIVATE KEY-----\nafter");
  EXPECT_EQ(hidden.find(body.substr(20, 8)), std::string::npos) << hidden;
  EXPECT_NE(hidden.find("\nafter"), std::string::npos) << hidden;
  EXPECT_EQ(redact(hidden), hidden);
}
INSTANTIATE_TEST_SUITE_P(Marks, RedactKeyLines,
                         testing::Values("##[debug]", "##[command]", "##[section]", "##[error]",
                                         "2026-11-23T12:00:00.1234567Z ##[debug]", "[INFO] ",
                                         "#12 1.234 ", "    ", "+", "> "));

}  // namespace
}  // namespace adomcp::sdk
