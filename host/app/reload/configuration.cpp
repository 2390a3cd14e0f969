#include "app/reload/configuration.h"

#include <filesystem>
#include <iostream>
#include <utility>
#include <variant>
#include <vector>

namespace adomcp::app {
namespace {

/// Beside the program, in a build and installed. No environment variable can add a place.
std::vector<std::string> plugin_directories() {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return {(folder / "../plugins").lexically_normal(),
          (folder / "../lib/adomcp/plugins").lexically_normal()};
}

}  // namespace

config::Loaded load_configuration(const std::string& path, const config::Environment& env) {
  return config::load(path, env, plugin_directories());
}

std::optional<Settings> load_settings(const std::string& path, const config::Environment& env) {
  auto loaded = load_configuration(path, env);
  if (auto* settings = std::get_if<Settings>(&loaded)) return std::move(*settings);
  for (const auto& problem : std::get<std::vector<config::Diagnostic>>(loaded)) {
    std::cerr << problem.text() << '\n';
  }
  return std::nullopt;
}

std::string plugin_line(const PluginSettings& plugin, const std::string& message) {
  return plugin.declared_at + ": plugin '" + plugin.id + "': " + message;
}

}  // namespace adomcp::app
