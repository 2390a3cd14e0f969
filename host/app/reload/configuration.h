#pragma once

#include <optional>
#include <string>

#include "config/load.h"

namespace adomcp::app {

/// The folders where relative library names are looked for are those of this program.
config::Loaded load_configuration(const std::string& path, const config::Environment& env);

/// The settings, or nullopt after every problem was printed on standard error.
std::optional<Settings> load_settings(const std::string& path, const config::Environment& env);

/// "file:line:column: plugin 'id': message"
std::string plugin_line(const PluginSettings& plugin, const std::string& message);

}  // namespace adomcp::app
