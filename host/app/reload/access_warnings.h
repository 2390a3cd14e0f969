#pragma once

#include <string>
#include <vector>

#include "core/settings.h"
#include "plugin_host/catalog.h"
#include "policy/access.h"
#include "policy/rule_check.h"

namespace spdlog {
class logger;
}

namespace adomcp::app {

/// What `catalog` serves, for access rules.
policy::Grantable served(const plugin_host::Catalog& catalog);

/// What the YAML lists, whether it could be loaded or not: a rule on it is no mistake.
policy::Grantable declared(const std::vector<PluginSettings>& plugins);

policy::Grantable both(policy::Grantable one, const policy::Grantable& other);

/// What is allowed and seldom meant, one line each: without rules, everybody who can sign in may do
/// everything. Not refused, since who can sign in may be decided elsewhere, as by Entra's
/// assignment.
std::vector<std::string> access_warnings(const AuthSettings& auth, const policy::Access& access);

void log_access_warnings(spdlog::logger& log, const AuthSettings& auth,
                         const policy::Access& access);

}  // namespace adomcp::app
