#include "config/keys.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/text.h"

namespace adomcp::config {
namespace {

const std::vector<KeySet> kKnownKeys = {
    {"",
     {"server", "auth", "azure_devops", "access", "plugins", "audit", "state", "legacy",
      "log_level", "development", "plugin_keys", "client_schemas", "untrusted_notice"}},
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
    {"azure_devops.organizations[].projects[]", {"name", "trigger"}},
    {"azure_devops.organizations[].projects[].trigger",
     {"pipelines", "branches", "variables", "parameters", "skip_stages", "confirm", "protected",
      "without_elicitation"}},
    {"azure_devops.organizations[].projects[].trigger.protected", {"pipelines", "branches"}},
    {"access", {"default", "read_only", "hide_denied", "rules", "rate_limits"}},
    {"access.rules[]",
     {"name", "groups", "roles", "users", "apps", "tools", "prompts", "resources", "projects",
      "pipelines", "branches", "parameters"}},
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
    // The kinds of credentials, the same wherever they stand.
    {"managed_identity", {"client_id"}},
    {"workload_identity", {"client_id", "tenant_id", "token_file"}},
    {"azure_cli", {"tenant"}},
    {"environment", {"variable", "scheme"}},
    {"on_behalf_of",
     {"client_id", "tenant_id", "authority", "managed_identity", "workload_identity"}},
};

/// Levenshtein's distance; both words are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

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

std::string_view nearest_key(std::string_view word, const std::vector<std::string_view>& keys) {
  constexpr std::size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return {};
  constexpr std::size_t kShortestStem = 3;
  const auto begins = [&](std::string_view key) { return key.starts_with(to_lower(word)); };
  const auto whole = std::find_if(keys.begin(), keys.end(), begins);
  if (word.size() >= kShortestStem && whole != keys.end()) return *whole;
  std::string_view best;
  std::size_t best_distance = 1 + std::max<std::size_t>(1, word.size() / 3);
  for (const auto key : keys) {
    const std::size_t found = distance(to_lower(word), key);
    if (found < best_distance) {
      best = key;
      best_distance = found;
    }
  }
  return best;
}

}  // namespace adomcp::config
