#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "core/uri_template.h"
#include "mcp/catalog/prompt_index.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {

/// One Catalog's resources and templates made ready for MCP. Immutable.
class ResourceIndex {
 public:
  using Resources = std::map<std::string, plugin_host::Resource, std::less<>>;

  struct Entry {
    const plugin_host::Resource* resource = nullptr;   ///< lives as long as the Catalog
    const plugin_host::Callable* completer = nullptr;  ///< null: nothing is proposed
    std::string plugin;
    std::string description;             ///< its part of the list
    std::vector<std::string> variables;  ///< what a template names

    /// Of reading `uri`, one that it serves. Resources only read.
    Operation operation(std::string uri) const {
      return {OperationKind::kResource, std::move(uri), plugin, true};
    }
    /// Of what is listed: a template is for whoever may read any of what it stands for, which is
    /// how a completion is granted.
    Operation listed() const;
  };

  /// Of `resources` and `completers`, which must outlive this.
  ResourceIndex(const Resources& resources, const Completers& completers, PluginId plugin_id);

  struct Found {
    const Entry* entry = nullptr;  ///< null: there is no such resource
    UriVariables variables;
  };
  /// The resource of this URI, else the first template, by its text, that matches.
  Found find(std::string_view uri) const;

  /// By the URI or template as declared; null when there is none.
  const Entry* find_declared(std::string_view name) const;
  bool empty() const { return entries_.empty(); }
  /// Whether one of them is an app.
  bool has_apps() const;

  /// The arrays of resources/list and resources/templates/list, by URI.
  const std::string& list() const { return list_; }
  const std::string& templates() const { return templates_; }

  /// The same with only those that `keep` says yes to.
  using Keep = std::function<bool(const Operation&)>;
  std::string list(const Keep& keep) const { return list_of(false, keep); }
  std::string templates(const Keep& keep) const { return list_of(true, keep); }

 private:
  std::string list_of(bool templates, const Keep& keep) const;

  std::map<std::string, Entry, std::less<>> entries_;
  std::string list_;
  std::string templates_;
};

}  // namespace adomcp::mcp
