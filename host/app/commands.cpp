#include "app/commands.h"

#include <spdlog/spdlog.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <variant>

#include "app/app.h"
#include "app/signals.h"
#include "audit/verify.h"
#include "config/load.h"
#include "mcp/server.h"
#include "observe/log.h"
#include "plugin_host/catalog.h"
#include "plugin_host/inspect.h"
#include "plugin_host/plugin.h"

namespace adomcp::app {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kBadConfiguration = 2;

/// Where relative library names are looked for: beside the program, in a build and installed.
/// No environment variable can add a place.
std::vector<std::string> plugin_directories() {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return {(folder / "../plugins").lexically_normal(),
          (folder / "../lib/adomcp/plugins").lexically_normal()};
}

/// The settings, or nullopt after every problem was printed.
std::optional<Settings> load_settings(const std::string& path, const config::Environment& env) {
  auto loaded = config::load(path, env, plugin_directories());
  if (auto* settings = std::get_if<Settings>(&loaded)) return std::move(*settings);
  for (const auto& problem : std::get<std::vector<config::Diagnostic>>(loaded)) {
    std::cerr << problem.text() << '\n';
  }
  return std::nullopt;
}

std::string problem_line(const plugin_host::Problem& problem) {
  return problem.declared_at + ": plugin '" + problem.plugin + "': " + problem.message;
}

/// False after every problem was printed.
bool rules_are_good(const App& app) {
  const auto problems = app.rule_problems();
  for (const auto& problem : problems) std::cerr << problem << '\n';
  return problems.empty();
}

}  // namespace

int serve(const Arguments& given) {
  const auto env = config::process_environment();
  auto settings = load_settings(given.config, env);
  if (!settings) return kBadConfiguration;
  std::optional<std::uint16_t> port;
  if (given.port) port = static_cast<std::uint16_t>(*given.port);
  const auto effective = config::effective_port(port, env, *settings);
  if (!effective) {
    std::cerr << effective.error().text() << '\n';
    return kBadConfiguration;
  }
  settings->server.port = *effective;

  // Before any thread starts, so that all inherit the mask and only wait() sees the signals.
  const TerminationSignals signals;
  auto log = observe::make_logger(settings->log_level);
  App app(std::move(*settings), AuditOutput::kStdout, log);
  for (const auto& problem : app.catalog().problems()) log->error("{}", problem_line(problem));
  if (!rules_are_good(app)) return kBadConfiguration;
  app.start();
  std::cerr << "adomcp ready on " << app.url() << std::endl;
  signals.wait();
  app.stop();
  return kGood;
}

int check(const Arguments& given) {
  const auto env = config::process_environment();
  auto settings = load_settings(given.config, env);
  if (!settings) return kBadConfiguration;
  App app(std::move(*settings), AuditOutput::kNone, observe::make_logger("off"));
  const auto& catalog = app.catalog();
  for (const auto& problem : catalog.problems()) std::cerr << problem_line(problem) << '\n';
  if (!rules_are_good(app) || !catalog.problems().empty()) return kBadConfiguration;
  std::cout << given.config << ": good, " << catalog.plugins().size() << " plugins, "
            << catalog.tools().size() << " tools\n";
  return kGood;
}

int call(const Arguments& given) {
  auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  nlohmann::json arguments = nlohmann::json::parse(given.arguments, nullptr, false);
  if (!arguments.is_object()) {
    std::cerr << "the arguments are not a JSON object: " << given.arguments << '\n';
    return kBadConfiguration;
  }
  const auto timeout = settings->server.limits.request_timeout;
  // Rules are for callers from outside; who runs this has the configuration and its credentials.
  settings->access.rules.clear();
  settings->access.default_allow = true;
  App app(std::move(*settings), AuditOutput::kStderr, observe::make_logger("warn"));
  app.resolve_projects(timeout);

  Exchange exchange;
  exchange.header = [](std::string_view) { return std::nullopt; };
  exchange.principal.user_name = "command line";
  exchange.deadline = Deadline::after(timeout);
  const mcp::Reply reply = app.mcp().handle(
      {"tools/call", {{"name", given.tool}, {"arguments", std::move(arguments)}}}, exchange);
  if (reply.error) {
    std::cerr << reply.error->message << '\n';
    return kFailed;
  }
  const auto result = nlohmann::json::parse(reply.result);
  std::cout << result.dump(2) << '\n';
  return result.value("isError", false) ? kFailed : kGood;
}

int plugins(const Arguments& given) {
  auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  App app(std::move(*settings), AuditOutput::kNone, observe::make_logger("off"));
  const auto& catalog = app.catalog();
  for (const auto& plugin : catalog.plugins()) {
    std::cout << plugin->id() << ' ' << plugin->version() << "  " << plugin->path() << "\n  sha256 "
              << plugin->sha256() << "\n";
    for (const auto& [name, tool] : catalog.tools()) {
      if (tool.plugin != plugin) continue;
      std::cout << "  " << name << (tool.read_only ? "  read only" : "  writes") << '\n';
    }
  }
  for (const auto& problem : catalog.problems()) std::cout << problem_line(problem) << '\n';
  return catalog.problems().empty() ? kGood : kFailed;
}

int inspect(const Arguments& given) {
  const auto inspection = plugin_host::inspect(given.file);
  if (!inspection) {
    std::cerr << inspection.error().text() << '\n';
    return kFailed;
  }
  std::cout << plugin_host::to_text(*inspection);
  const bool plugin = !inspection->abi_majors.empty() && inspection->metadata.has_value();
  return plugin ? kGood : kFailed;
}

int audit_verify(const Arguments& given) {
  std::optional<audit::Link> head;
  if (!given.head.empty()) {
    const auto parsed = audit::parse_head(given.head);
    if (!parsed) {
      std::cerr << parsed.error().text() << '\n';
      return kBadConfiguration;
    }
    head = *parsed;
  }
  const auto verdict = audit::verify(given.files, head);
  if (!verdict) {
    std::cerr << verdict.error().text() << '\n';
    return kBadConfiguration;
  }
  (verdict->problem ? std::cerr : std::cout) << audit::to_text(*verdict) << '\n';
  return verdict->problem ? kFailed : kGood;
}

int version(const Arguments&) {
  std::cout << "adomcp " << ADOMCP_VERSION << '\n';
  return kGood;
}

}  // namespace adomcp::app
