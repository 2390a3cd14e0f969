#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/reloader.h"
#include "app/standard_streams.h"
#include "core/clock.h"
#include "core/settings.h"
#include "core/sign_in.h"

namespace spdlog {
class logger;
}
namespace adomcp::mcp {
class Server;
}
namespace adomcp::plugin_host {
class Catalog;
}

namespace adomcp::app {

/// Where the audit's standard output goes: it belongs to the audit alone, except for `adomcp call`
/// and with --stdio. kNone is for commands that call nothing: no sink is opened, only looked at.
enum class AuditOutput { kStdout, kStderr, kNone };

/// The composition root: makes every part once, in order, and wires them. The first problem of
/// the environment (an audit file that can't be opened, a port that is taken) throws.
class App {
 public:
  /// `source`: where a reload reads from; without one, what is served stays as it is.
  App(Settings settings, AuditOutput output, std::shared_ptr<spdlog::logger> log,
      ReloadSource source = {});
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Resolves the allowlist's projects; what can't be resolved is logged and tried again later.
  void resolve_projects(std::chrono::milliseconds within);

  /// Listens, resolves the projects meanwhile, and watches the files that a reload reads.
  void start();

  /// Instead of start(): speaks MCP with the client that started this process, and opens no port.
  /// Unless `auth.mode` is none, the client is whom `token` stands for; gives why it is nobody's,
  /// and then nothing was started. `on_end` is called once it is over, on another thread.
  std::optional<SignInRefusal> start_stdio(const StandardStreams& streams, const std::string& token,
                                           std::function<void()> on_end);

  /// Whether that ended because the token stands for nobody any more.
  bool signed_out() const;

  /// Has the configuration read again soon, on another thread.
  void reload();
  void stop();

  /// Where MCP is served. Valid after start().
  std::string url() const;

  mcp::Server& mcp();

  /// Before start(): a reload replaces it.
  const plugin_host::Catalog& catalog() const;

  /// Access rules that name no tool, one line each with its place.
  std::vector<std::string> rule_problems() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace adomcp::app
