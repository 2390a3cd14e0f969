#pragma once

#include <memory>
#include <utility>

#include "mcp/catalog/prompt_index.h"
#include "mcp/catalog/resource_index.h"

namespace adomcp::mcp {

/// What a Catalog serves beside tools, made ready for MCP. Immutable; one for each Catalog.
class PluginIndex {
 public:
  using CatalogPtr = std::shared_ptr<const plugin_host::Catalog>;

  /// Of `own`'s.
  PluginIndex(const CatalogPtr& own, PluginId plugin_id)
      : PluginIndex(own, {own->prompts(), own->resources(), own->completers()}, plugin_id) {}

  struct Parts {
    const PromptIndex::Prompts& prompts;
    const ResourceIndex::Resources& resources;
    const Completers& completers;
  };
  /// Of `parts`, which `owner` keeps alive.
  PluginIndex(CatalogPtr owner, const Parts& parts, PluginId plugin_id)
      : catalog_(std::move(owner)),
        prompts_(parts.prompts, parts.completers, plugin_id),
        resources_(parts.resources, parts.completers, plugin_id),
        completes_(!parts.completers.empty()) {}

  const PromptIndex& prompts() const { return prompts_; }
  const ResourceIndex& resources() const { return resources_; }
  /// Something proposes values for arguments.
  bool completes() const { return completes_; }
  const CatalogPtr& catalog() const { return catalog_; }

 private:
  CatalogPtr catalog_;
  PromptIndex prompts_;
  ResourceIndex resources_;
  bool completes_;
};

}  // namespace adomcp::mcp
