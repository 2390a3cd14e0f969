#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// The typed configuration. `config` makes it from YAML, `app` hands each part its own struct.

namespace adomcp {

struct TlsSettings {
  std::string certificate;  ///< PEM file, leaf first
  std::string key;          ///< PEM file
};

struct LimitSettings {
  std::size_t body = std::size_t{1024} * 1024;
  unsigned connections = 512;
  std::chrono::milliseconds request_timeout{60000};
};

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7071;
  std::string public_url;
  std::optional<TlsSettings> tls;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  LimitSettings limits;
};

/// The only mode so far; the key is required, so that nobody serves openly by accident.
struct AuthSettings {
  std::string mode;  ///< "none"
};

struct ManagedIdentitySettings {
  std::string client_id;  ///< empty: the system-assigned identity
};
struct AzureCliSettings {
  std::string tenant;  ///< empty: the CLI's own default
};
struct EnvironmentCredentialSettings {
  std::string variable;
  bool pat = false;  ///< false: a bearer token
};
using CredentialSettings =
    std::variant<AzureCliSettings, ManagedIdentitySettings, EnvironmentCredentialSettings>;

/// What may be started in a project. Patterns: `*` and `?`, compared without regard to case.
struct TriggerSettings {
  std::vector<std::string> pipelines;  ///< ids as decimal text, or name patterns
  std::vector<std::string> branches;   ///< "main", "release/*"; refs/heads/ is understood
  std::vector<std::string> variables;  ///< names that may be set
  bool skip_stages = false;
  bool confirm = true;  ///< `confirm: always` (the default) or `never`
};

struct ProjectSettings {
  std::string name;
  std::optional<TriggerSettings> trigger;  ///< absent: read only
};

struct BaseUrlSettings {
  std::string dev = "https://dev.azure.com";
  std::string vsrm = "https://vsrm.dev.azure.com";
  std::string vstmr = "https://vstmr.dev.azure.com";
  std::string vssps = "https://vssps.dev.azure.com";
};

struct OrganizationSettings {
  std::string name;
  BaseUrlSettings base_urls;
  CredentialSettings credential;
  std::vector<ProjectSettings> projects;  ///< the allowlist; the first is the default
};

struct PluginSettings {
  std::string id;
  std::string library;             ///< absolute path; whether it exists is plugin_host's business
  std::string sha256;              ///< 64 hex digits; empty: not pinned
  std::vector<std::string> tools;  ///< the allow-list: only these are served
  std::chrono::milliseconds timeout{30000};
  std::string settings_json = "{}";
  std::string declared_at;  ///< "file:line:column", for messages
};

struct AuditSettings {
  bool to_stdout = true;
  std::string file;                 ///< empty: no file sink
  std::string required = "stdout";  ///< "stdout", "file" or "none": the sink no call goes without
};

struct Settings {
  ServerSettings server;
  AuthSettings auth;
  std::vector<OrganizationSettings> organizations;
  std::vector<PluginSettings> plugins;
  AuditSettings audit;
  std::string log_level = "info";  ///< trace, debug, info, warn, error
};

}  // namespace adomcp
