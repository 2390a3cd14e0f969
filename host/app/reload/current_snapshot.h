#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "azure_devops/project_directory.h"
#include "mcp/snapshot.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::app {

/// Gives each request one Snapshot: what plugins offer, with the policy as it is now. Thread-safe.
class CurrentSnapshot {
 public:
  using Tools = std::shared_ptr<const mcp::ToolIndex>;

  CurrentSnapshot(Tools tools, azure_devops::ProjectDirectory& projects, bool hide_denied)
      : projects_(projects),
        tools_(std::move(tools)),
        plugins_(index_of(tools_)),
        hide_denied_(hide_denied) {}

  std::shared_ptr<const mcp::Snapshot> get() {
    auto policy = projects_.current();
    std::shared_ptr<const mcp::Snapshot> before;  // goes after the lock, with what it may unload
    const std::lock_guard lock(mutex_);
    if (snapshot_ && snapshot_->policy == policy) return snapshot_;
    policy = projects_.snapshot();  // of the same generation as tools_, also when that is new
    before = std::exchange(snapshot_, std::make_shared<const mcp::Snapshot>(mcp::Snapshot{
                                          tools_, std::move(policy), hide_denied_, plugins_}));
    return snapshot_;
  }

  Tools tools() const {
    const std::lock_guard lock(mutex_);
    return tools_;
  }

  /// Tools, allowlist and rules in one step: no request sees some of the old with some of the new.
  void replace(Tools tools, const std::vector<OrganizationSettings>& organizations,
               const AccessSettings& access) {
    std::shared_ptr<const mcp::Snapshot> before;
    auto plugins = index_of(tools);
    const std::lock_guard lock(mutex_);
    projects_.replace(organizations, policy::access_of(access));
    tools_.swap(tools);
    plugins_.swap(plugins);
    hide_denied_ = access.hide_denied;
    before = std::move(snapshot_);
  }

 private:
  using Plugins = std::shared_ptr<const mcp::PluginIndex>;

  static Plugins index_of(const Tools& tools) {
    return std::make_shared<const mcp::PluginIndex>(
        tools->catalog(),
        [](const plugin_host::Callable& callable) { return callable.plugin->id(); });
  }

  azure_devops::ProjectDirectory& projects_;
  mutable std::mutex mutex_;  // guards what follows
  Tools tools_;
  Plugins plugins_;
  bool hide_denied_;
  std::shared_ptr<const mcp::Snapshot> snapshot_;
};

}  // namespace adomcp::app
