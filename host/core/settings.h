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
  bool operator==(const TlsSettings&) const = default;
};

struct LimitSettings {
  std::size_t body = std::size_t{1024} * 1024;
  unsigned connections = 512;
  unsigned streams = 1024;                  ///< that outlive their request, beside the connections
  std::chrono::milliseconds stream_age{0};  ///< after which one is ended; 0: never
  std::chrono::milliseconds request_timeout{60000};
  bool operator==(const LimitSettings&) const = default;
};

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 7071;
  std::string public_url;  ///< without a slash at the end; empty only with `auth.mode: none`
  std::optional<TlsSettings> tls;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> trusted_proxies;  ///< addresses or CIDR ranges
  LimitSettings limits;
  bool operator==(const ServerSettings&) const = default;
};

struct ManagedIdentitySettings {
  std::string client_id;  ///< empty: the system-assigned identity
  bool operator==(const ManagedIdentitySettings&) const = default;
};
struct WorkloadIdentitySettings {
  std::string client_id;   ///< empty: AZURE_CLIENT_ID
  std::string tenant_id;   ///< empty: AZURE_TENANT_ID
  std::string token_file;  ///< empty: AZURE_FEDERATED_TOKEN_FILE
  bool operator==(const WorkloadIdentitySettings&) const = default;
};
struct AzureCliSettings {
  std::string tenant;  ///< empty: the CLI's own default
  bool operator==(const AzureCliSettings&) const = default;
};
struct EnvironmentCredentialSettings {
  std::string variable;
  bool pat = false;  ///< false: a bearer token
  bool operator==(const EnvironmentCredentialSettings&) const = default;
};
/// Azure DevOps sees the person who asks. No secret: the application proves itself with a token of
/// the managed or workload identity that it trusts (a federated credential).
struct OnBehalfOfSettings {
  std::string client_id;  ///< the application that the callers' tokens are for
  std::string tenant_id;
  std::string authority = "https://login.microsoftonline.com";
  std::variant<ManagedIdentitySettings, WorkloadIdentitySettings> assertion;
  bool operator==(const OnBehalfOfSettings&) const = default;
};
using CredentialSettings =
    std::variant<AzureCliSettings, ManagedIdentitySettings, WorkloadIdentitySettings,
                 OnBehalfOfSettings, EnvironmentCredentialSettings>;

/// Where the groups of people with more than a token holds are asked for.
struct GraphSettings {
  std::string base_url = "https://graph.microsoft.com";
  CredentialSettings credential;
  bool operator==(const GraphSettings&) const = default;
};

/// How callers sign in. The mode is required, so that nobody serves openly by accident.
struct AuthSettings {
  std::string mode;       ///< "none", "bearer" or "easyauth"; the rest is empty with "none"
  std::string provider;   ///< "entra" or "oidc"
  std::string tenant_id;  ///< entra: the tenant's GUID, lower case
  std::string issuer;     ///< oidc: required; entra: the v2 issuer of a national cloud, or empty
  std::vector<std::string> audiences;               ///< at least one
  std::vector<std::string> scopes;                  ///< a person's token needs one of them
  std::vector<std::string> roles;                   ///< a program's own token needs one of them
  std::vector<std::string> clients;                 ///< client applications; empty: any
  std::vector<std::string> algorithms = {"RS256"};  ///< of RS256, PS256 and ES256
  std::chrono::seconds clock_skew{60};
  std::optional<GraphSettings> graph;  ///< absent: callers with too many groups are refused
  bool operator==(const AuthSettings&) const = default;
};

enum class Confirm { kAlways, kProtected, kNever };

/// What may be started in a project. Patterns: `*` and `?`, compared without regard to case.
struct TriggerSettings {
  std::vector<std::string> pipelines;  ///< ids as decimal text, or name patterns
  std::vector<std::string> branches;   ///< "main", "release/*"; refs/heads/ is understood
  std::vector<std::string> variables;  ///< names that may be set
  std::optional<std::vector<std::string>> parameters;  ///< template parameters; absent: any
  bool skip_stages = false;
  Confirm confirm = Confirm::kAlways;
  std::vector<std::string> protected_pipelines;  ///< what kProtected asks for: one of these
  std::vector<std::string> protected_branches;   ///< … or one of these
  bool two_step = false;                         ///< `without_elicitation: two_step`; false: refuse
  bool operator==(const TriggerSettings&) const = default;
};

/// The runs that something may be done to. Patterns, as in TriggerSettings.
struct ControlScope {
  std::vector<std::string> pipelines;
  std::optional<std::vector<std::string>> branches;  ///< absent: any, of approvals alone
  std::vector<std::string> stages;                   ///< of retries: as the YAML names them
  std::vector<std::string> environments;             ///< of approvals: by name; "*" also for none
  bool operator==(const ControlScope&) const = default;
};

/// What may be done to the runs of a project. Absent parts: nobody may.
struct ControlSettings {
  std::optional<ControlScope> retry_stages;
  std::optional<ControlScope> cancel_runs;
  std::optional<ControlScope> decide_approvals;
  Confirm confirm = Confirm::kAlways;  ///< never kProtected
  bool two_step = false;               ///< as in TriggerSettings
  bool operator==(const ControlSettings&) const = default;
};

/// Whether a second call is taken as the person's answer, for anything.
inline bool takes_two_steps(const std::optional<TriggerSettings>& trigger,
                            const std::optional<ControlSettings>& control) {
  return (trigger && trigger->two_step) || (control && control->two_step);
}

struct ProjectSettings {
  std::string name;
  std::optional<TriggerSettings> trigger;       ///< absent: nothing is started
  std::optional<ControlSettings> control = {};  ///< absent: no run is changed
  bool operator==(const ProjectSettings&) const = default;
};

struct BaseUrlSettings {
  std::string dev = "https://dev.azure.com";
  std::string vsrm = "https://vsrm.dev.azure.com";
  std::string vstmr = "https://vstmr.dev.azure.com";
  std::string vssps = "https://vssps.dev.azure.com";
  bool operator==(const BaseUrlSettings&) const = default;
};

struct OrganizationSettings {
  std::string name;
  BaseUrlSettings base_urls;
  CredentialSettings credential;
  std::optional<CredentialSettings> write_credential;  ///< of tools that write; absent: the same
  std::vector<ProjectSettings> projects;               ///< the allowlist; the first is the default
  bool operator==(const OrganizationSettings&) const = default;
};

/// One grant. Somebody in any of the first four lists may do what the others name.
struct AccessRule {
  std::string name;  ///< the `name` given, else "access.rules[0]"
  std::vector<std::string> groups;
  std::vector<std::string> roles;
  std::vector<std::string> users;      ///< object ids
  std::vector<std::string> apps;       ///< client ids
  std::vector<std::string> tools;      ///< name patterns
  std::vector<std::string> prompts;    ///< name patterns; empty: none
  std::vector<std::string> resources;  ///< URI patterns; empty: none
  std::vector<std::string> projects;   ///< name patterns or ids
  // What of it may be started or changed; absent: all that the project's blocks allow.
  std::optional<std::vector<std::string>> pipelines;
  std::optional<std::vector<std::string>> branches;
  std::optional<std::vector<std::string>> parameters;
  // What of it may be retried or decided on; absent: all that its control block allows.
  std::optional<std::vector<std::string>> stages;
  std::optional<std::vector<std::string>> environments;
  std::string declared_at;  ///< "file:line:column", for messages
  bool operator==(const AccessRule&) const = default;
};

struct RateLimitSettings {
  unsigned calls_per_minute = 0;       ///< of one principal; 0: no limit
  unsigned tool_calls_per_minute = 0;  ///< of one principal to one tool
  bool operator==(const RateLimitSettings&) const = default;
};

/// A name for tools, prompts and resources that clients may ask for by X-MCP-Toolsets. Patterns, as
/// in AccessRule.
struct ToolsetSettings {
  std::string name;
  std::vector<std::string> tools;
  std::vector<std::string> prompts;
  std::vector<std::string> resources;
  bool operator==(const ToolsetSettings&) const = default;
};

struct AccessSettings {
  bool default_allow = true;  ///< whether those without a rule may call; false once rules exist
  bool read_only = false;
  bool hide_denied = false;
  std::vector<AccessRule> rules;
  std::vector<ToolsetSettings> toolsets;
  RateLimitSettings rate_limits;
  bool operator==(const AccessSettings&) const = default;
};

/// What replicas share. Without a blob container each keeps its own in memory.
struct StateSettings {
  std::string blob_url;      ///< https://account.blob.core.windows.net/container; empty: memory
  std::string key_blob_url;  ///< of a container for the sealing key alone; empty: blob_url's
  CredentialSettings credential;  ///< for both
  std::vector<std::string> keys;  ///< 32 bytes each, base64; newest first; empty: made in the store
  bool many_replicas = false;     ///< whether another replica may take the next request
  bool operator==(const StateSettings&) const = default;
};

/// Where OpenTelemetry's traces go, by OTLP/HTTP.
struct TraceSettings {
  std::string endpoint;                                      ///< the whole URL, …/v1/traces
  std::vector<std::pair<std::string, std::string>> headers;  ///< for the receiver
  int sample_percent = 100;  ///< of traces that begin here; others go as their callers say
  std::string service_name = "adomcp";
  bool operator==(const TraceSettings&) const = default;
};

enum class LogFormat { kText, kJson };

struct PluginSettings {
  std::string id;
  std::string library;               ///< absolute path; whether it exists is plugin_host's business
  std::string sha256;                ///< 64 hex digits; empty only in development
  bool development = false;          ///< no pin needed, and whoever may write the file is trusted
  std::vector<std::string> keys;     ///< PEM files; when there are any, `library`.sig is checked
  std::vector<std::string> tools;    ///< the allow-list: only these are served
  std::vector<std::string> prompts;  ///< the same for prompts, by name
  std::vector<std::string> resources;  ///< the same for resources and templates, by URI
  std::chrono::milliseconds timeout{30000};
  unsigned max_concurrent = 32;  ///< calls of one tool at a time; the next ones wait
  std::string settings_json = "{}";
  std::string declared_at;  ///< "file:line:column", for messages
  bool operator==(const PluginSettings&) const = default;
};

enum class Fsync { kNever, kInterval, kAlways };

struct AuditFileSettings {
  std::string path;
  std::size_t rotate_bytes = std::size_t{100} * 1024 * 1024;
  unsigned keep = 0;  ///< rotated files to keep; 0: all of them
  Fsync fsync = Fsync::kInterval;
  bool operator==(const AuditFileSettings&) const = default;
};

struct ApplicationInsightsSettings {
  std::string connection_string;
  std::optional<CredentialSettings> credential;  ///< absent: the connection string alone
  bool operator==(const ApplicationInsightsSettings&) const = default;
};

struct AuditSettings {
  bool to_stdout = true;
  std::optional<AuditFileSettings> file;
  std::optional<ApplicationInsightsSettings> application_insights;
  unsigned publish_head_every = 1000;  ///< records of the file between two published heads
  std::string required = "stdout";  ///< "stdout", "file" or "none": the sink no call goes without
  bool operator==(const AuditSettings&) const = default;
};

/// Clients of the revisions before 2026-07-28.
struct LegacySettings {
  bool sessions = false;  ///< kept in this process, so that replicas need affinity; else stateless
  bool operator==(const LegacySettings&) const = default;
};

/// What becomes of a tool whose schemas some client doesn't take.
enum class ClientSchemas { kWarn, kStrict };

/// Its copies and its end are compiled once, see settings.cpp: written out they are long.
struct Settings {
  Settings();
  Settings(const Settings&);
  Settings(Settings&&) noexcept;
  Settings& operator=(const Settings&);
  Settings& operator=(Settings&&) noexcept;
  ~Settings();

  ServerSettings server;
  AuthSettings auth;
  std::vector<OrganizationSettings> organizations;
  AccessSettings access;
  bool development = false;              ///< said of each plugin too
  std::vector<std::string> plugin_keys;  ///< said of each plugin too
  std::vector<PluginSettings> plugins;
  ClientSchemas client_schemas = ClientSchemas::kWarn;
  AuditSettings audit;
  StateSettings state;
  LegacySettings legacy;
  bool untrusted_notice = true;    ///< answers say what of them strangers wrote
  std::string log_level = "info";  ///< trace, debug, info, warn, error
  LogFormat log_format = LogFormat::kText;
  std::optional<TraceSettings> traces;  ///< absent: none are sent
  bool operator==(const Settings&) const;
};

}  // namespace adomcp
