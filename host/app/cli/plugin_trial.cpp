#include "app/cli/plugin_trial.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "app/reload/configuration.h"
#include "observe/log.h"
#include "plugin_host/call/host_api.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/load/tool_reader.h"

namespace adomcp::app {
namespace {

// What the child reports, each before it begins; what is last says where it ended.
constexpr std::string_view kLoading = "loading";
constexpr std::string_view kStarting = "starting";
constexpr std::string_view kStopping = "stopping";

std::string when(const ChildEnd& end) {
  const auto step = last_line(end.report);
  if (end.complete) return "when the process ended, after all was done";
  if (step == kLoading) return "while it was being loaded";
  if (step == kStarting) return "while starting";
  return "while it was being stopped and unloaded";
}

/// Nullopt when it came through, or was refused without harm.
std::optional<std::string> failure(const ChildEnd& end, std::chrono::seconds limit) {
  if (end.good()) return std::nullopt;
  if (!end.not_run.empty()) return "it could not be tried: " + end.not_run;
  if (end.hung) {
    const std::string where = end.report.empty() ? "" : " " + when(end);
    return "it did not come back within " + std::to_string(limit.count()) + " s" + where +
           end.quote();
  }
  if (end.report.empty()) return "it could not be tried" + end.quote();
  if (!end.signal.empty()) {
    return "it crashed " + when(end) + " (" + end.signal + ")" + end.quote();
  }
  return "it ended the process " + when(end) + " (exit code " + std::to_string(end.exit_code) +
         ")" + end.quote();
}

std::vector<std::string> child_arguments(const std::string& name, const Arguments& given,
                                         std::chrono::seconds limit) {
  return {name, "--config", given.config, "--time-limit", std::to_string(limit.count())};
}

/// In its order; stops at the first step that the plugin refuses.
void load_and_unload(const PluginSettings& settings, const ChildReport& report) {
  auto plugin = plugin_host::Plugin::load(settings, observe::make_logger("off"));
  if (!plugin || !plugin_host::read_tools(*plugin, settings)) return;
  report.line(kStarting);
  if (!(*plugin)->start(plugin_host::host_api(), settings.settings_json)) return;
  report.line(kStopping);
}

}  // namespace

Trial try_plugins(const Arguments& given, const std::vector<PluginSettings>& plugins) {
  const std::chrono::seconds limit(given.time_limit);
  Trial trial;
  for (const auto& plugin : plugins) {
    auto arguments = child_arguments("try-plugin", given, limit);
    arguments.push_back("--plugin=" + plugin.id);
    const auto why = failure(run_child(arguments, limit), limit);
    if (!why) continue;
    trial.failed.push_back(plugin.id);
    trial.lines.push_back(plugin_line(plugin, *why));
  }
  return trial;
}

int try_plugin(const Arguments& given) {
  const ChildReport report{std::chrono::seconds(given.time_limit)};
  const auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  const auto plugin = std::find_if(
      settings->plugins.begin(), settings->plugins.end(),
      [&](const auto& one) { return !given.plugins.empty() && one.id == given.plugins.front(); });
  if (plugin == settings->plugins.end()) return kBadConfiguration;
  report.line(kLoading);
  load_and_unload(*plugin, report);
  report.done();
  return kGood;
}

ChildEnd run_with_the_rest(const std::string& name, const Arguments& given, const Trial& trial,
                           std::size_t plugins) {
  const std::chrono::seconds limit(given.time_limit * (1 + static_cast<unsigned>(plugins)));
  auto arguments = child_arguments(name, given, limit);
  for (const auto& id : trial.failed) arguments.push_back("--plugin=" + id);
  for (const auto& client : given.clients) arguments.push_back("--client=" + client);
  return run_child(arguments, limit);
}

std::optional<std::string> failure_of_the_rest(const Arguments& given, const ChildEnd& end) {
  if (end.good()) return std::nullopt;
  const std::string all = given.config + ": with all plugins together the host ";
  if (!end.not_run.empty()) return given.config + ": it could not be checked: " + end.not_run;
  if (end.hung) return all + "did not come back in time" + end.quote();
  if (!end.signal.empty()) return all + "crashed (" + end.signal + ")" + end.quote();
  return all + "ended (exit code " + std::to_string(end.exit_code) + ")" + end.quote();
}

}  // namespace adomcp::app
