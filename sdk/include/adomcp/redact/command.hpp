// adomcp/redact/command.hpp - what command lines are given secrets by: `--password X`, `-p X` of a
// docker login, `curl -u a:b`, `##vso[task.setsecret]X`. Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

/// Which programs a line has named so far; their short flags mean what they mean to them.
class Commands {
 public:
  /// `word` in lower case.
  void see(std::string_view word) {
    const unsigned seen = kind_of_word(word);
    if (seen == 0) return;
    kinds_ |= seen;
  }
  bool any() const { return kinds_ != 0; }

  /// Whether `flag` (with its dash) takes a secret; so do long ones that say so.
  bool takes_secret(std::string_view flag) const {
    if (flag == "-p") {
      return has(kPassword) || (has(kSql) && has(kServer) && has(kVault)) ||
             (has(kSignsIn) && has(kLogin)) || (has(kNuget) && has(kSource));
    }
    if (flag == "-P") return has(kCapital) || (has(kMac) && has(kImport));
    if (flag == "/p" || flag == "/rp") return has(kPassword);
    if (flag == "/tp" || flag == "/sp") return has(kPackage);
    if (flag == "-pw") return has(kPutty);
    if (flag == "-a") return has(kRedis);
    if (flag == "-w") return has(kLdap);
    if (flag == "-k") return (has(kNuget) && has(kPush)) || has(kOpenssl) || has(kKeychain);
    if (flag == "-K") return has(kOpenssl);
    if (flag == "--value") return has(kSecretSet) && has(kVault);
    return (flag == "--body" || flag == "-b") && has(kSecretSet);
  }
  /// Whether `flag` takes "user:password".
  bool takes_pair(std::string_view flag) const {
    if (has(kSmb) && flag == "-U") return true;
    return has(kHttp) && (flag == "-u" || flag == "--user" || flag == "-U" ||
                          flag == "--proxy-user" || flag == "-a" || flag == "--auth");
  }
  /// The flag that may have its value without a space: `-pSECRET`.
  bool attaches(std::string_view flag) const {
    if (flag == "-P") return has(kCapital);
    return takes_secret(flag) || (flag == "-p" && has(kArchive));
  }
  /// Whether one of them remembers hosts with their keys: `mc alias set name url key secret`.
  bool keeps_hosts() const { return has(kMc); }
  /// Whether one of them is given "user/password".
  bool signs_in_with_slash() const { return has(kOracle); }
  /// Whether the next plain word after `word` is a secret.
  bool precedes_secret(std::string_view word) const {
    constexpr std::array<std::string_view, 8> kBefore{"setapikey",   "convertto-securestring",
                                                      "requirepass", "masterauth",
                                                      "rootpw",      "masteruser",
                                                      "add-mask",    "asplaintext"};
    if (one_of(word, kBefore)) return true;
    return word == "login" && has(kVaultTool);
  }

 private:
  enum Kind : unsigned {
    kSignsIn = 1U << 0U,
    kLogin = 1U << 1U,
    kPassword = 1U << 2U,
    kCapital = 1U << 3U,
    kArchive = 1U << 4U,
    kHttp = 1U << 5U,
    kRedis = 1U << 6U,
    kLdap = 1U << 7U,
    kPutty = 1U << 8U,
    kNuget = 1U << 9U,
    kPush = 1U << 10U,
    kOpenssl = 1U << 11U,
    kSmb = 1U << 12U,
    kVaultTool = 1U << 13U,
    kSecretSet = 1U << 14U,
    kVault = 1U << 15U,
    kSource = 1U << 16U,
    kKeychain = 1U << 17U,
    kMac = 1U << 18U,
    kImport = 1U << 19U,
    kSql = 1U << 20U,
    kServer = 1U << 21U,
    kPackage = 1U << 22U,
    kMc = 1U << 23U,
    kOracle = 1U << 24U,
  };
  struct Word {
    std::string_view word;
    unsigned kinds;
  };

  static constexpr std::array<Word, 103> kWords{{
      {"docker", kSignsIn},
      {"podman", kSignsIn},
      {"nerdctl", kSignsIn},
      {"buildah", kSignsIn},
      {"skopeo", kSignsIn},
      {"crane", kSignsIn},
      {"oras", kSignsIn},
      {"helm", kSignsIn},
      {"az", kSignsIn | kVault},
      {"oc", kSignsIn},
      {"regctl", kSignsIn},
      {"cf", kSignsIn},
      {"login", kLogin},
      {"auth", kLogin},
      {"mysql", kPassword},
      {"mysqldump", kPassword},
      {"mysqladmin", kPassword},
      {"mysqlimport", kPassword},
      {"mysqlcheck", kPassword},
      {"mysqlsh", kPassword},
      {"mariadb", kPassword},
      {"mariadb-dump", kPassword},
      {"mycli", kPassword},
      {"mongo", kPassword},
      {"mongosh", kPassword},
      {"mongodump", kPassword},
      {"mongorestore", kPassword},
      {"mongoexport", kPassword},
      {"mongoimport", kPassword},
      {"sshpass", kPassword},
      {"signtool", kPassword},
      {"certutil", kPassword},
      {"psexec", kPassword},
      {"pgpass", kPassword},
      {"sqlcmd", kCapital},
      {"bcp", kCapital},
      {"osql", kCapital},
      {"isql", kCapital},
      {"tsql", kCapital},
      {"unzip", kCapital},
      {"zip", kCapital},
      {"mosquitto_pub", kCapital},
      {"mosquitto_sub", kCapital},
      {"7z", kArchive},
      {"7za", kArchive},
      {"7zz", kArchive},
      {"rar", kArchive},
      {"unrar", kArchive},
      {"curl", kHttp},
      {"wget", kHttp},
      {"http", kHttp},
      {"xh", kHttp},
      {"lftp", kHttp},
      {"redis-cli", kRedis},
      {"ldapsearch", kLdap},
      {"ldapadd", kLdap},
      {"ldapmodify", kLdap},
      {"ldapdelete", kLdap},
      {"ldapwhoami", kLdap},
      {"plink", kPutty},
      {"pscp", kPutty},
      {"psftp", kPutty},
      {"nuget", kNuget},
      {"push", kPush},
      {"openssl", kOpenssl},
      {"smbclient", kSmb},
      {"rpcclient", kSmb},
      {"vault", kVaultTool | kVault},
      {"secret", kSecretSet},
      {"keyvault", kVault},
      {"twine", kPassword},
      {"cargo", kVaultTool},
      {"source", kSource},
      {"security", kMac},
      {"import", kImport},
      {"sql", kSql},
      {"postgres", kSql},
      {"server", kServer},
      {"flexible-server", kServer},
      {"mi", kServer},
      {"sqlpackage", kPackage},
      {"sqlpackage.exe", kPackage},
      {"mc", kMc},
      {"sqlplus", kOracle},
      {"sqlldr", kOracle},
      {"sqlcl", kOracle},
      {"expdp", kOracle},
      {"impdp", kOracle},
      {"rman", kOracle},
      {"schtasks", kPassword},
      {"winrs", kPassword},
      {"xfreerdp", kPassword},
      {"wfreerdp", kPassword},
      {"ncftpput", kPassword},
      {"ncftpget", kPassword},
      {"unlock-keychain", kPassword},
      {"create-keychain", kPassword},
      {"set-key-partition-list", kKeychain},
      {"altool", kPassword},
      {"eas", kSignsIn},
      {"ibmcloud", kSignsIn},
      {"pipelines", kSecretSet},
      {"ssm", kSecretSet | kVault},
  }};

  static unsigned kind_of_word(std::string_view word) {
    if (word.size() > 22) return 0;
    for (const Word& known : kWords) {
      if (known.word == word) return known.kinds;
    }
    return 0;
  }
  bool has(Kind kind) const { return (kinds_ & kind) != 0; }

  unsigned kinds_ = 0;
};

/// What a pipeline's own commands say a secret by; the value runs to the end of the line.
inline std::size_t pipeline_command(std::string_view text) {
  constexpr std::array<std::string_view, 3> kCommands{"##vso[task.setsecret]",
                                                      "::add-mask::", "##vso[task.setendpoint"};
  for (const std::string_view command : kCommands) {
    if (!begins(text, command)) continue;
    if (command.back() != 't') return command.size();
    const std::size_t close = text.find(']');
    return close == std::string_view::npos ? 0 : close + 1;
  }
  constexpr std::string_view kVariable = "##vso[task.setvariable";
  if (!begins(text, kVariable)) return 0;
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return 0;
  return icontains(text.substr(0, close), "issecret=true") ? close + 1 : 0;
}

/// Whether what is echoed on this line goes to a program that reads a secret from it.
inline bool is_piped_secret(std::string_view line) {
  constexpr std::array<std::string_view, 6> kReaders{"--password-stdin", "--with-token",
                                                     "sudo -S",          "chpasswd",
                                                     "passwd --stdin",   "--secret-stdin"};
  if (line.find('|') == std::string_view::npos) return false;
  for (const std::string_view reader : kReaders) {
    if (line.find(reader) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace adomcp::sdk::detail
