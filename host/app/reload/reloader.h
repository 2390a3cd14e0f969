#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/current_snapshot.h"
#include "app/reload/reload_report.h"
#include "audit/audit_log.h"
#include "config/load.h"
#include "core/clock.h"
#include "core/settings.h"
#include "observe/metrics.h"
#include "plugin_host/load/catalog_builder.h"
#include "plugin_host/load/generations.h"

namespace adomcp::app {

/// Where the configuration is read again from.
struct ReloadSource {
  std::string config_path;
  std::function<config::Loaded()> load;  ///< with what the command line overrides
};

/// Whether some project is confirmed in two steps.
bool wants_two_step(const Settings& settings);

/// The builder of every generation: tools that write get the reserved argument where some project
/// is confirmed in two steps, and with client_schemas: strict every client takes every schema.
plugin_host::CatalogBuilder catalog_builder(std::shared_ptr<spdlog::logger> log,
                                            const Settings& settings);

/// The tools of `catalog` for MCP, as `settings` want them.
std::shared_ptr<const mcp::ToolIndex> tool_index(
    const std::shared_ptr<const plugin_host::Catalog>& catalog, const Settings& settings);

/// Reads the configuration again, builds a whole new generation beside the one that serves, and
/// swaps it in: all of it or nothing. Calls under way end on the plugins they began on; what these
/// ask Azure DevOps for is held against the new allowlist at once. Thread-safe.
class Reloader {
 public:
  /// What is referred to must outlive it.
  struct Parts {
    ReloadSource source;
    CurrentSnapshot& snapshot;
    plugin_host::Generations& generations;
    audit::AuditLog& audit;
    observe::Metrics& metrics;
    const Clock& clock;
    std::shared_ptr<spdlog::logger> log;
  };

  /// Told of every swap, on the thread that made it.
  using OnChanged = std::function<void(const ReloadReport&)>;

  /// `running`: what the current snapshot was made of.
  Reloader(Parts parts, Settings running);

  /// One at a time; one more may wait, others are refused. Records what it did before it does it: a
  /// swap that the audit's required sink doesn't take is no swap.
  ReloadReport reload(const ReloadCause& cause);

  /// Before the first reload.
  void on_changed(OnChanged listener) { on_changed_ = std::move(listener); }

  /// What a reload depends on, for FileWatch: the YAML files, the libraries and what signs them.
  std::vector<std::string> files() const;

  std::uint64_t generation() const;

  /// JSON of the last reload with its time and cause, or "null".
  std::string last() const;

 private:
  struct Next;
  ReloadReport attempt(const ReloadCause& cause);
  std::optional<Next> build(Settings wanted, ReloadReport& report) const;
  void watch(const Settings& wanted);
  void swap(Next next, const ReloadReport& report);
  void conclude(const ReloadReport& report, const ReloadCause& cause);

  const Parts parts_;
  OnChanged on_changed_;
  std::atomic<int> inside_ = 0;  // reloads under way or waiting
  std::mutex turn_;              // guards the right to reload, and running_
  Settings running_;
  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t generation_ = 1;
  std::vector<std::string> libraries_;
  ReloadResult last_result_ = ReloadResult::kUnchanged;
  std::string last_ = "null";
};

}  // namespace adomcp::app
