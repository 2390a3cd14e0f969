#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "mcp/schema/argument_reader.h"
#include "mcp/schema/schema_validator.h"
#include "mcp/wire/notice.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {

/// Why a tool can't be served, one line: its schemas, or with `two_step` an argument of a tool that
/// writes which the host reserves, with `notice` a member of its answer. nullopt when it can.
std::optional<std::string> check_tool(const plugin_host::Tool& tool, bool two_step,
                                      bool notice = false);

/// One Catalog made ready for MCP: schemas compiled, the list written. Immutable; make one for
/// each Catalog and swap both together.
class ToolIndex {
 public:
  using Tools = std::map<std::string, plugin_host::Tool, std::less<>>;

  struct Entry {
    const plugin_host::Tool* tool;  ///< lives as long as the index
    SchemaValidator input;
    ArgumentReader reader;
    std::optional<SchemaValidator> output;
    std::optional<Notice> notice;  ///< of a tool that reads from upstream
    std::string plugin;            ///< id for the audit
    std::string description;       ///< its part of the list
    /// The same for a client that shows apps, with the app that shows it and for whom it is; empty
    /// where the plugin said nothing of that.
    std::string app_description;

    Operation operation() const;
    /// False: only an app calls it.
    bool for_model() const { return !tool->app || tool->app->to_model; }
  };

  /// Of `catalog`'s own tools. `plugin_id` names a tool's plugin. `two_step`: tools that write get
  /// the reserved argument. `notice`: answers of tools that read from upstream (those that say
  /// ADOMCP_OPEN_WORLD) stand between a notice and its end.
  using PluginId = std::string (*)(const plugin_host::Tool&);
  ToolIndex(const std::shared_ptr<const plugin_host::Catalog>& catalog, PluginId plugin_id,
            bool two_step = false, bool notice = false);

  /// Of `tools`, which `catalog` keeps alive.
  ToolIndex(std::shared_ptr<const plugin_host::Catalog> catalog, const Tools& tools,
            PluginId plugin_id, bool two_step = false, bool notice = false);

  /// Null when there is no such tool.
  const Entry* find(std::string_view name) const;

  /// The `tools` array of tools/list, by name, for a client that shows no apps: without what only
  /// an app calls, and without a word of apps.
  const std::string& list() const { return list_; }

  /// The same array with only the tools that `keep` says yes to.
  using Keep = std::function<bool(const Entry&)>;
  std::string list(const Keep& keep) const;

  /// That of a client that shows apps. `readable` says which it may read: a tool's other app isn't
  /// named, and what only such a one calls is left out.
  using Readable = std::function<bool(const std::string& uri)>;
  std::string list_with_apps(const Keep& keep, const Readable& readable) const;

  /// Whether any tool's calls may become tasks.
  bool offers_tasks() const { return offers_tasks_; }

  const std::shared_ptr<const plugin_host::Catalog>& catalog() const { return catalog_; }

  /// Tools left out because of their schemas, one line each. Empty when the Catalog was built with
  /// check_tool.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::shared_ptr<const plugin_host::Catalog> catalog_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::string list_;
  bool offers_tasks_ = false;
  std::vector<std::string> problems_;
};

}  // namespace adomcp::mcp
