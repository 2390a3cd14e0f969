#include "app/reload/client_report.h"

#include <algorithm>

#include "app/reload/configuration.h"
#include "app/reload/reloader.h"
#include "plugin_host/catalog.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::app {
namespace {

constexpr const char* kAll = "all";

std::string line_of(const plugin_host::Tool& tool, const Settings& settings,
                    const std::string& message) {
  const std::string words = "tool '" + tool.name + "': " + message;
  const auto plugin =
      std::find_if(settings.plugins.begin(), settings.plugins.end(),
                   [&](const PluginSettings& one) { return one.id == tool.plugin->id(); });
  return plugin == settings.plugins.end() ? words : plugin_line(*plugin, words);
}

}  // namespace

std::vector<std::string> client_names() {
  std::vector<std::string> names;
  names.reserve(mcp::kClientKinds.size() + 1);
  for (const auto client : mcp::kClientKinds) names.emplace_back(to_string(client));
  names.emplace_back(kAll);
  return names;
}

std::vector<mcp::ClientKind> clients_of(const std::vector<std::string>& names) {
  std::vector<mcp::ClientKind> clients;
  for (const auto client : mcp::kClientKinds) {
    const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == kAll || name == to_string(client);
    });
    if (named) clients.push_back(client);
  }
  return clients;
}

std::vector<std::string> client_warnings(const plugin_host::Catalog& catalog,
                                         const Settings& settings) {
  const bool two_step = wants_two_step(settings);
  std::vector<std::string> lines;
  for (const auto& [name, tool] : catalog.tools()) {
    const auto why = mcp::unportable(mcp::listed(tool, two_step));
    if (why) lines.push_back(line_of(tool, settings, *why));
  }
  return lines;
}

std::vector<std::string> app_warnings(const plugin_host::Catalog& catalog,
                                      const Settings& settings) {
  std::vector<std::string> lines;
  for (const auto& [name, tool] : catalog.tools()) {
    if (!tool.app || tool.app->uri.empty()) continue;
    const auto found = catalog.resources().find(tool.app->uri);
    if (found != catalog.resources().end() && is_app(found->second)) continue;
    lines.push_back(line_of(tool, settings,
                            "no plugin serves the app " + tool.app->uri +
                                ", so clients show its results without it; to serve it, list it "
                                "in resources: of its plugin"));
  }
  return lines;
}

std::vector<std::string> client_problems(const plugin_host::Catalog& catalog,
                                         const Settings& settings, mcp::ClientKind client) {
  const bool two_step = wants_two_step(settings);
  std::vector<std::string> lines;
  for (const auto& [name, tool] : catalog.tools()) {
    for (const auto& finding : mcp::client_findings(mcp::listed(tool, two_step), {client})) {
      lines.push_back(line_of(tool, settings, to_line(finding)));
    }
  }
  for (const auto& finding : mcp::client_findings(catalog.tools().size(), {client})) {
    lines.push_back(std::to_string(catalog.tools().size()) + " tools: " + to_line(finding));
  }
  return lines;
}

}  // namespace adomcp::app
