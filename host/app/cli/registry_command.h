#pragma once

#include "app/cli/commands.h"

namespace adomcp::app {

/// Prints what a registry or a client needs to know of the server that the configuration describes,
/// as JSON: `given.format` of registry_formats(), `given.name` in the registry. No plugin is
/// loaded.
int registry(const Arguments& given);

std::vector<std::string> registry_formats();

}  // namespace adomcp::app
