#include "config/keys.h"

#include <stdexcept>
#include <string>

namespace adomcp::config {
namespace {

const std::vector<KeySet> kKnownKeys = {
    {"",
     {"server", "auth", "azure_devops", "access", "plugins", "audit", "state", "legacy", "toolsets",
      "log_level", "log_format", "telemetry", "development", "plugin_keys", "client_schemas",
      "untrusted_notice"}},
    {"server",
     {"listen", "public_url", "tls", "allowed_hosts", "allowed_origins", "trusted_proxies",
      "limits"}},
    {"server.tls", {"certificate", "key"}},
    {"server.limits", {"body", "connections", "streams", "stream_age", "request_timeout"}},
    {"auth",
     {"mode", "provider", "tenant_id", "issuer", "audiences", "scopes", "roles", "clients",
      "algorithms", "clock_skew", "groups_overage"}},
    {"auth.groups_overage", {"graph"}},
    {"auth.groups_overage.graph",
     {"base_url", "managed_identity", "workload_identity", "azure_cli", "environment"}},
    {"azure_devops", {"organizations"}},
    {"azure_devops.organizations[]",
     {"name", "base_urls", "credential", "write_credential", "projects"}},
    {"azure_devops.organizations[].base_urls", {"dev", "vsrm", "vstmr", "vssps"}},
    {"azure_devops.organizations[].credential",
     {"managed_identity", "workload_identity", "azure_cli", "on_behalf_of", "environment"}},
    {"azure_devops.organizations[].write_credential",
     {"managed_identity", "workload_identity", "azure_cli", "on_behalf_of", "environment"}},
    {"azure_devops.organizations[].projects[]", {"name", "trigger", "control"}},
    {"azure_devops.organizations[].projects[].trigger",
     {"pipelines", "branches", "variables", "parameters", "skip_stages", "confirm", "protected",
      "without_elicitation"}},
    {"azure_devops.organizations[].projects[].trigger.protected", {"pipelines", "branches"}},
    {"azure_devops.organizations[].projects[].control",
     {"retry_stages", "cancel_runs", "decide_approvals", "confirm", "without_elicitation"}},
    {"azure_devops.organizations[].projects[].control.retry_stages",
     {"pipelines", "branches", "stages"}},
    {"azure_devops.organizations[].projects[].control.cancel_runs", {"pipelines", "branches"}},
    {"azure_devops.organizations[].projects[].control.decide_approvals",
     {"pipelines", "branches", "environments"}},
    {"access", {"default", "read_only", "hide_denied", "rules", "rate_limits"}},
    {"access.rules[]",
     {"name", "groups", "roles", "users", "apps", "tools", "prompts", "resources", "projects",
      "pipelines", "branches", "parameters", "stages", "environments"}},
    {"toolsets[]", {"name", "tools", "prompts", "resources"}},
    {"access.rate_limits", {"calls_per_minute", "tool_calls_per_minute"}},
    {"plugin file", {"plugins"}},  // the top of a file in plugins.d
    {"plugins[]",
     {"id", "library", "sha256", "tools", "prompts", "resources", "timeout", "max_concurrent",
      "settings"}},
    {"audit", {"required", "sinks", "publish_head_every"}},
    {"audit.sinks[]", {"file", "application_insights"}},
    {"audit.sinks[].file", {"path", "rotate", "keep", "fsync"}},
    {"audit.sinks[].application_insights", {"connection_string", "credential"}},
    {"audit.sinks[].application_insights.credential",
     {"managed_identity", "workload_identity", "azure_cli", "environment"}},
    {"state", {"store", "keys", "replicas"}},
    {"state.store",
     {"blob", "key_blob", "managed_identity", "workload_identity", "azure_cli", "environment"}},
    {"legacy", {"sessions"}},
    {"telemetry", {"traces"}},
    {"telemetry.traces", {"endpoint", "headers", "sample_percent", "service_name"}},
    // The kinds of credentials, the same wherever they stand.
    {"managed_identity", {"client_id"}},
    {"workload_identity", {"client_id", "tenant_id", "token_file"}},
    {"azure_cli", {"tenant"}},
    {"environment", {"variable", "scheme"}},
    {"on_behalf_of",
     {"client_id", "tenant_id", "authority", "managed_identity", "workload_identity"}},
};

}  // namespace

const std::vector<KeySet>& known_keys() {
  return kKnownKeys;
}

const std::vector<std::string_view>& keys_of(std::string_view path) {
  for (const auto& set : known_keys()) {
    if (set.path == path) return set.keys;
  }
  throw std::logic_error("no such mapping in the configuration: " + std::string(path));
}

}  // namespace adomcp::config
