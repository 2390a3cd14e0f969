// adomcp/redact/name.hpp - what a name says about its value: DB_PASSWORD_PROD, x-functions-key,
// clientSecret, PublicKeyToken. Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

enum class Key {
  kNone,
  kWeak,    ///< "key", "code": only what looks random is hidden
  kToken,   ///< "token", "pass": also an ordinary word in messages
  kSecret,  ///< "password": whatever stands there is hidden, unless it is a word of a sentence
  kHeader,  ///< "Cookie", "Authorization": all that follows is hidden
};

/// A name's words in lower case: DB_PASSWORD, dbPassword and db.password are "db" and "password".
class Words {
 public:
  explicit Words(std::string_view name) {
    for (std::size_t i = 0; i < name.size() && size_ < kMost; ++i) {
      const char c = name[i];
      const bool part = is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
      if (part && is_upper(c) && i > 0 && starts_word(name, i)) end();
      if (part && word_.empty() && begun_ < kMost) starts_[begun_++] = whole_.size();
      if (part) {
        word_ += lower(c);
        whole_ += lower(c);
      } else {
        end();
      }
    }
    end();
  }
  const std::string& whole() const { return whole_; }  ///< all of them without a gap
  std::string_view last(std::size_t back = 0) const {
    return size_ > back ? std::string_view(words_[size_ - 1 - back]) : std::string_view();
  }
  std::size_t size() const { return size_; }
  /// Whether one of them begins at byte `at` of the whole.
  bool starts_at(std::size_t at) const {
    return std::find(starts_.begin(), starts_.begin() + begun_, at) != starts_.begin() + begun_;
  }
  bool has(std::string_view word) const {
    return std::find(words_.begin(), words_.begin() + size_, word) != words_.begin() + size_;
  }

 private:
  static constexpr std::size_t kMost = 12;

  static bool starts_word(std::string_view name, std::size_t i) {
    const char before = name[i - 1];
    return is_lower(before) || is_digit(before) ||
           (is_upper(before) && i + 1 < name.size() && is_lower(name[i + 1]));
  }
  void end() {
    // Numbers say nothing: PASSWORD_1, password2.
    while (!word_.empty() && is_digit(word_.back())) word_.pop_back();
    if (!word_.empty() && size_ < kMost) words_[size_++] = word_;
    word_.clear();
  }

  std::array<std::string, kMost> words_;
  std::size_t size_ = 0;
  std::array<std::size_t, kMost> starts_{};
  std::size_t begun_ = 0;
  std::string word_;
  std::string whole_;
};

/// Last words that make a name one about a secret: password_length, secretName, token_type.
inline bool is_about(const Words& words) {
  constexpr std::array<std::string_view, 120> kAbout{
      "age",        "alg",        "algorithm", "audience",   "audiences",  "box",
      "builder",    "check",      "class",     "column",     "count",      "date",
      "dialog",     "dir",        "directory", "disabled",   "enabled",    "encoder",
      "encoding",   "encryption", "endpoint",  "error",      "errors",     "exception",
      "expiration", "expired",    "expires",   "expiry",     "factory",    "field",
      "file",       "filename",   "files",     "flow",       "folder",     "format",
      "generator",  "handler",    "hasher",    "hashers",    "helper",     "hint",
      "id",         "ids",        "index",     "input",      "issuer",     "label",
      "len",        "length",     "lifetime",  "limit",      "loader",     "location",
      "manager",    "max",        "message",   "method",     "min",        "mode",
      "mount",      "name",       "named",     "names",      "option",     "options",
      "path",       "paths",      "pattern",   "percent",    "permission", "permissions",
      "policies",   "policy",     "prefix",    "prompt",     "property",   "protection",
      "provider",   "providers",  "rate",      "ratio",      "reader",     "ref",
      "reference",  "regex",      "required",  "reset",      "rotation",   "rule",
      "rules",      "scheme",     "scope",     "scopes",     "screen",     "settings",
      "size",       "sock",       "socket",    "source",     "state",      "status",
      "stdin",      "store",      "strength",  "threshold",  "time",       "timeout",
      "title",      "total",      "ttl",       "type",       "types",      "uri",
      "url",        "usage",      "username",  "validation", "validator",  "version"};
  if (words.size() < 2) {  // in one word: only endings that nothing else ends with
    constexpr std::array<std::string_view, 13> kEndings{
        "policy", "length", "filename", "file",  "expiry", "endpoint", "manager",
        "helper", "stdin",  "provider", "field", "prompt", "required"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](std::string_view ending) { return ends(words.whole(), ending); });
  }
  if (words.last() == "id" && words.last(1) == "secret") {
    return words.has("client") || (words.has("key") && words.has("vault"));
  }
  return one_of(words.last(), kAbout);
}

/// Parts of a name, anywhere in it, whose value is a secret.
constexpr std::array<std::string_view, 86> kSecretParts{"password",
                                                        "passwd",
                                                        "passphrase",
                                                        "passcode",
                                                        "passwort",
                                                        "kennwort",
                                                        "motdepasse",
                                                        "contrasena",
                                                        "contraseña",
                                                        "пароль",
                                                        "Пароль",
                                                        "パスワード",
                                                        "密码",
                                                        "密碼",
                                                        "비밀번호",
                                                        "secret",
                                                        "apikey",
                                                        "accesskey",
                                                        "accountkey",
                                                        "privatekey",
                                                        "sharedkey",
                                                        "masterkey",
                                                        "signingkey",
                                                        "encryptionkey",
                                                        "encryptkey",
                                                        "storagekey",
                                                        "functionkey",
                                                        "functionskey",
                                                        "subscriptionkey",
                                                        "licensekey",
                                                        "ingestkey",
                                                        "ingestionkey",
                                                        "integrationkey",
                                                        "routingkey",
                                                        "servicekey",
                                                        "sessionkey",
                                                        "adminkey",
                                                        "authkey",
                                                        "applicationkey",
                                                        "appkey",
                                                        "deploykey",
                                                        "clientkey",
                                                        "cosmoskey",
                                                        "rediskey",
                                                        "sastoken",
                                                        "authtoken",
                                                        "accesstoken",
                                                        "refreshtoken",
                                                        "idtoken",
                                                        "bearertoken",
                                                        "apitoken",
                                                        "sessiontoken",
                                                        "privatetoken",
                                                        "sharedaccesssignature",
                                                        "connectionstring",
                                                        "connstr",
                                                        "clientassertion",
                                                        "samlresponse",
                                                        "amzsignature",
                                                        "jsessionid",
                                                        "phpsessid",
                                                        "sonarlogin",
                                                        "keystorepass",
                                                        "senha",
                                                        "wachtwoord",
                                                        "hasło",
                                                        "haslo",
                                                        "lösenord",
                                                        "losenord",
                                                        "contrasenia",
                                                        "salasana",
                                                        "heslo",
                                                        "jelszo",
                                                        "parola",
                                                        "şifre",
                                                        "Şifre",
                                                        "lozinka",
                                                        "mậtkhẩu",
                                                        "wachtwort",
                                                        "connectsid",
                                                        "artapi",
                                                        "bindpw",
                                                        "rootpw",
                                                        "userpw",
                                                        "adminpw",
                                                        "recordkey"};

inline bool is_secret_name(std::string_view whole) {
  return std::any_of(kSecretParts.begin(), kSecretParts.end(), [&](std::string_view part) {
    return whole.find(part) != std::string_view::npos;
  });
}

/// Of these, names that also stand for what opens nothing: "licenseKey=Trial", "routing key:
/// orders.created". A value without digits is none.
inline bool is_soft_name(std::string_view whole) {
  constexpr std::array<std::string_view, 17> kSoft{
      "licensekey", "ingestkey",   "ingestionkey", "integrationkey", "routingkey", "servicekey",
      "sessionkey", "adminkey",    "authkey",      "applicationkey", "appkey",     "deploykey",
      "clientkey",  "functionkey", "cosmoskey",    "rediskey",       "authtoken"};
  return std::any_of(kSoft.begin(), kSoft.end(),
                     [&](std::string_view part) { return ends(whole, part); });
}

/// Names in which such a part says something else: isSecret, but not REDIS_SECRET, and not
/// KEYVAULT_CLIENT_SECRET.
inline bool is_harmless_name(const Words& words) {
  const std::string& whole = words.whole();
  constexpr std::array<std::string_view, 18> kParts{
      "publickey",     "passwordless", "continuationtoken", "nexttoken", "pagetoken",
      "cancellation",  "canceltoken",  "tokeniz",           "keyvault",  "secretsmanager",
      "secretmanager", "secretariat",  "synctoken",         "cachekey",  "hotkey",
      "nopassword",    "askpass",      "issecret"};
  return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) {
    const std::size_t at = whole.find(part);
    if (at == std::string::npos || !words.starts_at(at)) return false;
    const std::string_view before = std::string_view(whole).substr(0, at);
    const std::string_view after = std::string_view(whole).substr(at + part.size());
    if (part == "issecret" && ends(after, "key")) return false;
    return !is_secret_name(before) && !is_secret_name(after);
  });
}

inline bool is_token_word(std::string_view word) {
  constexpr std::array<std::string_view, 16> kWords{
      "token", "tokens", "pass",   "pat",    "auth", "sig", "credential", "credentials",
      "creds", "jwt",    "bearer", "cookie", "sas",  "otp", "pin",        "crumb"};
  return one_of(word, kWords);
}

/// What a key is called that opens nothing: "primary key", "cache-key".
inline bool is_plain_key(const Words& words) {
  constexpr std::array<std::string_view, 34> kOther{
      "public", "cache",  "foreign", "partition", "sort",      "hash",        "registry",
      "row",    "object", "lookup",  "index",     "unique",    "composite",   "dictionary",
      "map",    "json",   "issue",   "project",   "i18n",      "translation", "resource",
      "metric", "label",  "tag",     "restore",   "host",      "known",       "group",
      "sonar",  "locale", "message", "property",  "duplicate", "image"};
  return one_of(words.last(1), kOther);
}

/// The same of at most three characters.
inline bool may_be_short_secret(std::string_view name) {
  constexpr std::array<std::string_view, 21> kNames{"pw",  "pwd", "psk", "pat", "sig", "jwt", "sas",
                                                    "otp", "pin", "key", "dek", "kek", "sid", "dp",
                                                    "dq",  "qi",  "iv",  "d",   "p",   "q",   "k"};
  return !std::all_of(name.begin(), name.end(), is_lower) || one_of(name, kNames);
}

/// Whether a secret's name may be in it; cheap, as it is asked of every word.
inline bool may_be_secret(std::string_view name) {
  constexpr std::array<std::string_view, 44> kParts{
      "pass",  "pwd",    "pw",    "pat",   "pin",   "secr",    "sas",   "sig",   "saml",
      "sonar", "token",  "key",   "kenn",  "auth",  "asser",   "cred",  "cook",  "code",
      "conn",  "contra", "crumb", "jwt",   "sess",  "bear",    "mot",   "otp",   "hmac",
      "senh",  "wacht",  "hasl",  "losen", "salas", "heslo",   "jelsz", "lozin", "psk",
      "art",   "record", "salt",  "cha",   "cla",   "connect", "pepp",  "parol"};
  if (name.size() <= 3) return may_be_short_secret(name);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = lower(name[i]);
    if (static_cast<unsigned char>(c) >= 0x80) return true;
    if (c != 'p' && c != 's' && c != 't' && c != 'k' && c != 'a' && c != 'c' && c != 'j' &&
        c != 'b' && c != 'm' && c != 'o' && c != 'h' && c != 'w' && c != 'l' && c != 'r') {
      continue;
    }
    for (const std::string_view part : kParts) {
      if (part.front() == c && ibegins(name.substr(i), part)) return true;
    }
  }
  return ends(name, "_d") || ends(name, "_k");
}

/// `Get-AzKeyVaultSecret`: what PowerShell's commands are called.
inline bool is_cmdlet(std::string_view name) {
  constexpr std::array<std::string_view, 10> kVerbs{"Get-",       "Set-",    "New-",  "Remove-",
                                                    "ConvertTo-", "Import-", "Test-", "Update-",
                                                    "Invoke-",    "Read-"};
  return std::any_of(kVerbs.begin(), kVerbs.end(),
                     [&](std::string_view verb) { return begins(name, verb); });
}

inline Key key_kind(std::string_view name) {
  if (!may_be_secret(name)) return Key::kNone;
  constexpr std::array<std::string_view, 18> kWeak{
      "code", "signature", "hmac", "d",   "p",   "q",  "dp",    "dq",    "qi",
      "salt", "pepper",    "dek",  "kek", "sid", "iv", "clave", "chave", "session"};
  const Words words(name);
  const std::string& whole = words.whole();
  if (whole.empty() || is_harmless_name(words)) return Key::kNone;
  if (whole == "cookie" || whole == "setcookie" || whole == "authorization" ||
      whole == "proxyauthorization" || whole == "xmsauthorizationauxiliary") {
    return Key::kHeader;
  }
  if (ends(whole, "sessionid") && whole != "jsessionid") return Key::kWeak;
  if (is_cmdlet(name)) return Key::kNone;
  if (is_about(words)) return is_secret_name(whole) ? Key::kWeak : Key::kNone;
  if (whole == "clientkeydata" || words.has("pwd") || words.has("pw") || words.has("psk") ||
      words.last() == "passe" || ends(whole, "pwd") || is_secret_name(whole)) {
    return Key::kSecret;
  }
  for (std::size_t back = 0; back < words.size(); ++back) {
    if (is_token_word(words.last(back))) return Key::kToken;
  }
  if (words.last() == "assertion") return Key::kToken;
  if (ends(whole, "token") || ends(whole, "pass") || ends(whole, "accesskeyid")) return Key::kToken;
  const bool key = words.last() == "key" || words.last() == "keys" || ends(whole, "key");
  if (key) return is_plain_key(words) ? Key::kNone : Key::kWeak;
  return one_of(words.last(), kWeak) || whole == "k" ? Key::kWeak : Key::kNone;
}

/// Whether the name stands for itself in code and settings ("DB_PASSWORD", "clientSecret"), not as
/// a word of a sentence.
inline bool is_compound(std::string_view name) {
  return name.find_first_of("_-.") != std::string_view::npos || Words(name).size() > 1;
}

}  // namespace adomcp::sdk::detail
