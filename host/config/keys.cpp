#include "config/keys.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

#include "core/text.h"

namespace adomcp::config {
namespace {

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
  static const std::vector<KeySet> sets = {
      {"", {"server", "auth", "azure_devops", "plugins", "audit", "log_level"}},
      {"server", {"listen", "public_url", "tls", "allowed_hosts", "allowed_origins", "limits"}},
      {"server.tls", {"certificate", "key"}},
      {"server.limits", {"body", "connections", "request_timeout"}},
      {"auth", {"mode"}},
      {"azure_devops", {"organizations"}},
      {"azure_devops.organizations[]", {"name", "base_urls", "credential", "projects"}},
      {"azure_devops.organizations[].base_urls", {"dev", "vsrm", "vstmr", "vssps"}},
      {"azure_devops.organizations[].credential", {"managed_identity", "azure_cli", "environment"}},
      {"azure_devops.organizations[].credential.managed_identity", {"client_id"}},
      {"azure_devops.organizations[].credential.azure_cli", {"tenant"}},
      {"azure_devops.organizations[].credential.environment", {"variable", "scheme"}},
      {"azure_devops.organizations[].projects[]", {"name", "trigger"}},
      {"azure_devops.organizations[].projects[].trigger",
       {"pipelines", "branches", "variables", "skip_stages", "confirm"}},
      {"plugin file", {"plugins"}},  // the top of a file in plugins.d
      {"plugins[]", {"id", "library", "sha256", "tools", "timeout", "settings"}},
      {"audit", {"required", "sinks"}},
      {"audit.sinks[]", {"file"}},
      {"audit.sinks[].file", {"path"}},
  };
  return sets;
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
