#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/child.h"
#include "app/cli/commands.h"
#include "core/settings.h"

namespace adomcp::app {

/// What plugins did to the processes in which they were tried.
struct Trial {
  std::vector<std::string> failed;  ///< ids
  std::vector<std::string> lines;  ///< "file:line:column: plugin 'x': it crashed …", one for each
};

/// Loads, starts, stops and unloads each plugin in a process of its own. Those that merely are
/// refused don't fail: what is wrong with them can be said without that.
Trial try_plugins(const Arguments& given, const std::vector<PluginSettings>& plugins);

/// The child's part: the one plugin that `given.plugins` names.
int try_plugin(const Arguments& given);

/// Runs the hidden command `name` in a child that may load every plugin but those that failed.
ChildEnd run_with_the_rest(const std::string& name, const Arguments& given, const Trial& trial,
                           std::size_t plugins);

/// Why the rest, together, ended that child; nullopt when they didn't.
std::optional<std::string> failure_of_the_rest(const Arguments& given, const ChildEnd& end);

}  // namespace adomcp::app
