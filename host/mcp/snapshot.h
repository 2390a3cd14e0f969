#pragma once

#include <functional>
#include <memory>

#include "mcp/catalog/plugin_index.h"
#include "mcp/catalog/tool_index.h"
#include "policy/policy.h"

namespace adomcp::mcp {

/// What one request works with: what plugins offer, and policy, of the same generation. Immutable.
struct Snapshot {
  std::shared_ptr<const ToolIndex> tools;
  std::shared_ptr<const policy::Policy> policy;
  bool hide_denied = false;                    ///< lists hold only what their reader may use
  std::shared_ptr<const PluginIndex> plugins;  ///< prompts and resources, of the tools' Catalog
};

/// Gives the current Snapshot, never null. Thread-safe.
using SnapshotProvider = std::function<std::shared_ptr<const Snapshot>()>;

}  // namespace adomcp::mcp
