#pragma once

#include <string>
#include <vector>

#include "core/settings.h"

namespace adomcp::app {

/// Whether both say the same, wherever in their files.
bool same_settings(const Settings& one, const Settings& other);

/// Whether both let the same people use the same.
bool same_rights(const Settings& one, const Settings& other);

/// The sections that differ although nothing but a restart can change them. What may change while
/// the host serves: plugins, access (but its rate limits), the projects of an organisation with
/// their trigger blocks, client_schemas and log_level.
std::vector<std::string> need_restart(const Settings& running, const Settings& wanted);

}  // namespace adomcp::app
