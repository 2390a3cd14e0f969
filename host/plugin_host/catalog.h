#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.h"

struct adomcp_tool;

namespace adomcp::plugin_host {

class Plugin;
class ToolGuard;

/// One served tool. Schemas are raw JSON text, so that what a plugin declares is what clients see.
struct Tool {
  std::string name;
  std::string title;
  std::string description;
  std::string input_schema;
  std::string output_schema;  ///< empty: none declared
  bool read_only = false;
  bool destructive = false;
  bool idempotent = false;
  bool open_world = false;
  std::chrono::milliseconds timeout{30000};
  const adomcp_tool* entry = nullptr;
  std::shared_ptr<const Plugin> plugin;  ///< keeps the library loaded
  std::shared_ptr<ToolGuard> guard;      ///< never null in a Catalog
};

/// A plugin or tool that isn't served, and why. One line for people.
struct Problem {
  std::string plugin;  ///< id from the YAML
  std::string message;
  std::string declared_at;  ///< file:line:column
};

/// An immutable generation of plugins and their tools. Share it as shared_ptr<const Catalog>;
/// a call keeps its generation alive.
class Catalog {
 public:
  /// Null when there is no such tool.
  const Tool* find(std::string_view name) const;

  /// By name, always in the same order.
  const std::map<std::string, Tool, std::less<>>& tools() const { return tools_; }
  const std::vector<std::shared_ptr<const Plugin>>& plugins() const { return plugins_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  friend class CatalogBuilder;
  std::map<std::string, Tool, std::less<>> tools_;
  std::vector<std::shared_ptr<const Plugin>> plugins_;
  std::vector<Problem> problems_;
};

}  // namespace adomcp::plugin_host
