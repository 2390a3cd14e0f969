#include "app/cli/commands.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <variant>

#include "app/app.h"
#include "app/cli/plugin_trial.h"
#include "app/cli/signals.h"
#include "app/local_client.h"
#include "app/reload/access_warnings.h"
#include "app/reload/client_report.h"
#include "app/reload/configuration.h"
#include "app/standard_streams.h"
#include "app/startup_pages.h"
#include "audit/verify.h"
#include "core/json.h"
#include "core/text.h"
#include "mcp/schema/argument_reader.h"
#include "mcp/wire/server.h"
#include "observe/log.h"
#include "observe/logging.h"
#include "plugin_host/catalog.h"
#include "plugin_host/load/inspect.h"
#include "plugin_host/load/plugin.h"
#include "policy/rule_check.h"

namespace adomcp::app {
namespace {

/// The port that is really listened on takes the place of the configuration's.
Status put_port(Settings& settings, std::optional<std::uint16_t> port,
                const config::Environment& env) {
  const auto effective = config::effective_port(port, env, settings);
  if (!effective) return effective.error();
  settings.server.port = *effective;
  return Done{};
}

/// Its one client's process is its one session, whatever is kept for those who come over HTTP.
void put_stdio(Settings& settings) {
  settings.legacy.sessions = true;
}

/// Reads what was read at the start, in the same way.
ReloadSource reload_source(const std::string& path, std::optional<std::uint16_t> port,
                           const config::Environment& env, bool stdio) {
  return {path, [path, port, env, stdio] {
            auto loaded = load_configuration(path, env);
            // The environment's part of it was good at the start.
            if (auto* settings = std::get_if<Settings>(&loaded)) {
              static_cast<void>(put_port(*settings, port, env));
              if (stdio) put_stdio(*settings);
            }
            return loaded;
          }};
}

std::string problem_line(const plugin_host::Problem& problem) {
  return problem.declared_at + ": " + problem.message;
}

/// False after every problem was printed.
bool rules_are_good(const App& app) {
  const auto problems = app.rule_problems();
  for (const auto& problem : problems) std::cerr << problem << '\n';
  return problems.empty();
}

/// What a child has loaded.
struct Rest {
  const plugin_host::Catalog& catalog;
  const Settings& settings;
  std::vector<std::string> rule_problems;
  const ChildReport& report;
};

/// In a child: loads the configuration without the plugins that failed, and gives what `use` makes
/// of it. What is thrown is reported.
template <typename Use>
int with_the_rest(const Arguments& given, Use use) {
  const ChildReport report{std::chrono::seconds(given.time_limit)};
  auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  int code = kFailed;
  try {
    const policy::Access access = policy::access_of(settings->access);
    const auto all = declared(settings->plugins);
    std::erase_if(settings->plugins, [&](const PluginSettings& plugin) {
      return std::count(given.plugins.begin(), given.plugins.end(), plugin.id) > 0;
    });
    const App app(*settings, AuditOutput::kNone, observe::make_logger("off"));
    code = use(Rest{app.catalog(), *settings, policy::check_rules(access, all), report});
  } catch (const std::exception& error) {
    report.line(std::string("adomcp: ") + error.what());
  }
  report.done();
  return code;
}

/// Tries each plugin alone, then lets a child do `command` with the rest; prints what both found,
/// on standard error when it is bad and `good_only` has standard output. Gives the worst exit code,
/// which is `bad` for a plugin that failed.
int in_children(const Arguments& given, const std::string& command, int bad, bool good_only) {
  const auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  const Trial trial = try_plugins(given, settings->plugins);
  const ChildEnd end = run_with_the_rest(command, given, trial, settings->plugins.size());
  const auto failure = failure_of_the_rest(given, end);
  const bool failed = failure || !trial.failed.empty();
  const int code = std::max(failed ? bad : kGood, failure ? kGood : end.exit_code);
  std::ostream& out = good_only && code != kGood ? std::cerr : std::cout;
  for (const auto& line : trial.lines) out << line << '\n';
  out << end.report;
  if (failure) out << *failure << '\n';
  return code;
}

/// What `adomcp check` adds for clients.
struct ForClients {
  bool good = true;
  std::string verdict;
};

/// Reports what the clients that were named don't take, or when there are none, what is only a
/// warning. Nobody knows of what could not be loaded, so no client is said to take it then: it is
/// not the `whole`.
ForClients check_clients(const Arguments& given, const Rest& rest, bool whole) {
  std::string taken;
  std::string not_taken;
  for (const auto client : clients_of(given.clients)) {
    const auto lines = client_problems(rest.catalog, rest.settings, client);
    for (const auto& line : lines) rest.report.line(line);
    std::string& names = lines.empty() ? taken : not_taken;
    names += (names.empty() ? "" : ", ") + std::string(to_string(client));
  }
  if (given.clients.empty()) {
    for (const auto& line : client_warnings(rest.catalog, rest.settings)) {
      rest.report.line(line + " (a warning)");
    }
    for (const auto& line : app_warnings(rest.catalog, rest.settings)) {
      rest.report.line(line + " (a warning)");
    }
  }
  ForClients out{not_taken.empty(), {}};
  if (whole && !taken.empty()) out.verdict += "; good for " + taken;
  if (!not_taken.empty()) out.verdict += "; not good for " + not_taken;
  return out;
}

/// Serves until it is told to end, or ends by itself.
int serve_until_told(App& app, const Signals& signals, const std::string& where) {
  std::cerr << "adomcp ready on " << where << std::endl;
  give_back_startup_pages();
  while (signals.wait() == Signals::Asked::kReload) app.reload();
  app.stop();
  if (!app.signed_out()) return kGood;
  std::cerr << "adomcp: " << kTokenVariable << " stands for nobody any more; put a new token there "
            << "and start this again\n";
  return kBadConfiguration;
}

/// What --stdio needs before any plugin and any thread is there.
struct LocalStart {
  std::string token = take_variable(kTokenVariable);
  StandardStreams streams{take_standard_input(), take_standard_output()};
};

int converse(App& app, const Signals& signals, const LocalStart& local) {
  const auto refusal = app.start_stdio(local.streams, local.token, [] { Signals::end(); });
  if (!refusal) return serve_until_told(app, signals, "standard input and output");
  std::cerr << "adomcp: " << refusal->message << '\n';
  constexpr int kForNow = 503;
  return refusal->status == kForNow ? kFailed : kBadConfiguration;
}

}  // namespace

int serve(const Arguments& given) {
  std::optional<LocalStart> local;
  if (given.stdio) local.emplace();
  const auto env = config::process_environment();
  auto settings = load_settings(given.config, env);
  if (!settings) return kBadConfiguration;
  std::optional<std::uint16_t> port;
  if (given.port) port = static_cast<std::uint16_t>(*given.port);
  if (const auto good = put_port(*settings, port, env); !good) {
    std::cerr << good.error().text() << '\n';
    return kBadConfiguration;
  }
  if (local && settings->auth.mode == "easyauth") {
    std::cerr << "adomcp: auth.mode easyauth is for HTTP behind Azure's sign-in; with --stdio use "
                 "bearer and the environment variable "
              << kTokenVariable << ", or none\n";
    return kBadConfiguration;
  }

  if (local) put_stdio(*settings);
  // Before any thread starts, so that all inherit the mask and only wait() sees the signals.
  const Signals signals;
  auto log = observe::make_logger(settings->log_level, settings->log_format == LogFormat::kJson);
  App app(std::move(*settings), local ? AuditOutput::kStderr : AuditOutput::kStdout, log,
          reload_source(given.config, port, env, given.stdio));
  for (const auto& problem : app.catalog().problems()) log->error("{}", problem_line(problem));
  if (!rules_are_good(app)) return kBadConfiguration;
  if (local) return converse(app, signals, *local);
  app.start();
  return serve_until_told(app, signals, app.url());
}

int check(const Arguments& given) {
  return in_children(given, "check-rest", kBadConfiguration, true);
}

int check_rest(const Arguments& given) {
  const auto use = [&](const Rest& rest) {
    for (const auto& problem : rest.catalog.problems()) rest.report.line(problem_line(problem));
    for (const auto& problem : rest.rule_problems) rest.report.line(problem);
    const auto access = policy::access_of(rest.settings.access);
    for (const auto& line : access_warnings(rest.settings.auth, access)) {
      rest.report.line(given.config + ": " + line + " (a warning)");
    }
    const bool good = rest.catalog.problems().empty() && rest.rule_problems.empty();
    const bool whole = good && given.plugins.empty();
    const ForClients for_clients = check_clients(given, rest, whole);
    const std::string verdict = whole ? "good, " : "not good; of it, ";
    rest.report.line(given.config + ": " + verdict + std::to_string(rest.catalog.plugins().size()) +
                     " plugins, " + std::to_string(rest.catalog.tools().size()) + " tools" +
                     for_clients.verdict);
    if (!good) return kBadConfiguration;
    return for_clients.good ? kGood : kFailed;
  };
  return with_the_rest(given, use);
}

int call(const Arguments& given) {
  auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  nlohmann::json arguments;  // null for nothing, which is none
  if (!trim(given.arguments).empty()) {
    arguments = json_from(given.arguments);
  }
  mcp::read_whole(arguments);
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

  HttpRequest http_request;
  http_request.header = [](std::string_view) { return std::nullopt; };
  http_request.principal.user_name = "command line";
  http_request.deadline = Deadline::after(timeout);
  mcp::Request request{"tools/call", {{"name", given.tool}, {"arguments", std::move(arguments)}}};
  request.era = mcp::Era::kLegacy;  // which needs no envelope
  const mcp::Reply reply = app.mcp().handle(request, http_request);
  if (reply.error) {
    std::cerr << reply.error->message << '\n';
    return kFailed;
  }
  const auto result = json_from(reply.result);
  std::cout << pretty_json_text(result) << '\n';
  return result.value("isError", false) ? kFailed : kGood;
}

int plugins(const Arguments& given) {
  return in_children(given, "plugins-rest", kFailed, false);
}

int plugins_rest(const Arguments& given) {
  const auto use = [](const Rest& rest) {
    const auto& catalog = rest.catalog;
    const auto& report = rest.report;
    for (const auto& plugin : catalog.plugins()) {
      report.line(plugin->id() + ' ' + plugin->version() + "  " + plugin->path() + "\n  sha256 " +
                  plugin->sha256());
      for (const auto& [name, tool] : catalog.tools()) {
        if (tool.plugin != plugin) continue;
        report.line("  " + name + (tool.read_only ? "  read only" : "  writes"));
      }
      for (const auto& [name, prompt] : catalog.prompts()) {
        if (prompt.plugin == plugin) report.line("  " + name + "  prompt");
      }
      for (const auto& [name, resource] : catalog.resources()) {
        if (resource.plugin != plugin) continue;
        report.line("  " + name + (resource.is_template ? "  resource template" : "  resource"));
      }
    }
    for (const auto& problem : catalog.problems()) report.line(problem_line(problem));
    return catalog.problems().empty() ? kGood : kFailed;
  };
  return with_the_rest(given, use);
}

int inspect(const Arguments& given) {
  const auto inspection = plugin_host::inspect(given.file);
  if (!inspection) {
    std::cerr << inspection.error().text() << '\n';
    return kFailed;
  }
  std::cout << plugin_host::origin_text(given.file, given.keys)
            << plugin_host::to_text(*inspection);
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
  std::optional<audit::Link> from;
  if (!given.from.empty()) {
    const auto parsed = audit::parse_start(given.from);
    if (!parsed) {
      std::cerr << parsed.error().text() << '\n';
      return kBadConfiguration;
    }
    from = *parsed;
  }
  const auto verdict = audit::verify(given.files, head, from);
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
