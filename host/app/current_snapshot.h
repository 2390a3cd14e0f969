#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "azure_devops/project_directory.h"
#include "mcp/snapshot.h"

namespace adomcp::app {

/// Gives each request one Snapshot: the tools, with the policy as it is now. Thread-safe.
class CurrentSnapshot {
 public:
  CurrentSnapshot(std::shared_ptr<const mcp::ToolIndex> tools,
                  azure_devops::ProjectDirectory& projects, bool hide_denied)
      : tools_(std::move(tools)), projects_(projects), hide_denied_(hide_denied) {}

  std::shared_ptr<const mcp::Snapshot> get() {
    auto policy = projects_.current();
    const std::lock_guard lock(mutex_);
    if (!snapshot_ || snapshot_->policy != policy) {
      snapshot_ = std::make_shared<const mcp::Snapshot>(
          mcp::Snapshot{tools_, std::move(policy), hide_denied_});
    }
    return snapshot_;
  }

 private:
  const std::shared_ptr<const mcp::ToolIndex> tools_;
  azure_devops::ProjectDirectory& projects_;
  const bool hide_denied_;
  std::mutex mutex_;  // guards snapshot_
  std::shared_ptr<const mcp::Snapshot> snapshot_;
};

}  // namespace adomcp::app
