#pragma once

#include <vector>

#include "core/settings.h"
#include "plugin_host/catalog.h"
#include "policy/rule_check.h"

namespace adomcp::app {

/// What `catalog` serves, for access rules.
policy::Grantable served(const plugin_host::Catalog& catalog);

/// What the YAML lists, whether it could be loaded or not: a rule on it is no mistake.
policy::Grantable declared(const std::vector<PluginSettings>& plugins);

policy::Grantable both(policy::Grantable one, const policy::Grantable& other);

}  // namespace adomcp::app
