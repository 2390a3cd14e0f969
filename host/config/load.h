#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/diagnostic.h"
#include "config/environment.h"
#include "core/result.h"
#include "core/settings.h"

namespace adomcp::config {

/// Complete, checked settings, or every problem of every file in reading order.
using Loaded = std::variant<Settings, std::vector<Diagnostic>>;

/// Reads the YAML file at `path` and the `plugins.d/*.yaml` beside it, in the order of their names.
/// `plugin_directories`: absolute folders where relative library names are looked for after the
/// folder of the YAML file that gives them.
Loaded load(const std::string& path, const Environment& environment,
            const std::vector<std::string>& plugin_directories);

/// The port to listen on: --port, else FUNCTIONS_CUSTOMHANDLER_PORT, else PORT, else the
/// configuration's (7071 when it says none). An environment value that is no port is an error.
Result<std::uint16_t> effective_port(std::optional<std::uint16_t> command_line,
                                     const Environment& environment, const Settings& settings);

}  // namespace adomcp::config
