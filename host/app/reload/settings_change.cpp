#include "app/reload/settings_change.h"

#include <algorithm>

namespace adomcp::app {
namespace {

/// Without the places, which change when a line is put in above.
Settings placeless(Settings settings) {
  for (auto& plugin : settings.plugins) plugin.declared_at.clear();
  for (auto& rule : settings.access.rules) rule.declared_at.clear();
  return settings;
}

/// What the connections to an organisation are made of.
bool same_connection(const OrganizationSettings& one, const OrganizationSettings& other) {
  return one.name == other.name && one.base_urls == other.base_urls &&
         one.credential == other.credential && one.write_credential == other.write_credential;
}

bool same_connections(const std::vector<OrganizationSettings>& one,
                      const std::vector<OrganizationSettings>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), same_connection);
}

}  // namespace

bool same_settings(const Settings& one, const Settings& other) {
  return placeless(one) == placeless(other);
}

bool same_rights(const Settings& one, const Settings& other) {
  return placeless(one).access == placeless(other).access &&
         one.organizations == other.organizations;
}

std::vector<std::string> need_restart(const Settings& running, const Settings& wanted) {
  std::vector<std::string> sections;
  const auto check = [&](bool same, const char* section) {
    if (!same) sections.emplace_back(section);
  };
  check(running.server == wanted.server, "server");
  check(running.auth == wanted.auth, "auth");
  check(same_connections(running.organizations, wanted.organizations),
        "azure_devops.organizations (name, base_urls or a credential)");
  check(running.access.rate_limits == wanted.access.rate_limits, "access.rate_limits");
  check(running.audit == wanted.audit, "audit");
  check(running.state == wanted.state, "state");
  check(running.legacy == wanted.legacy, "legacy");
  check(running.traces == wanted.traces, "telemetry");
  check(running.log_format == wanted.log_format, "log_format");
  return sections;
}

}  // namespace adomcp::app
