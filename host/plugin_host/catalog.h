#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "core/settings.h"
#include "core/uri_template.h"

extern "C" {
struct adomcp_str;
struct adomcp_call;
}

namespace adomcp::plugin_host {

class Plugin;
class ToolGuard;

/// What plugins are entered by: self, the call, and what is asked for as a JSON object.
using EntryPoint = std::int32_t (*)(void* self, adomcp_call* call, adomcp_str request_json);

/// Something of a plugin's that can be called. Everything else about it is for clients to read.
struct Callable {
  OperationKind kind = OperationKind::kTool;
  std::string
      name;  ///< of a tool or a prompt; the URI or template of a resource; what is completed
  bool read_only = false;
  std::chrono::milliseconds timeout{30000};
  EntryPoint entry = nullptr;
  std::shared_ptr<const Plugin> plugin;  ///< keeps the library loaded
  std::shared_ptr<ToolGuard> guard;      ///< never null in a Catalog
};

/// The app that shows what a tool answers, and for whom the tool is (adomcp/ui.h).
struct AppLink {
  std::string uri;  ///< empty: none
  bool to_model = true;
  bool to_app = true;

  bool operator==(const AppLink&) const = default;
};

/// One served tool. Schemas are raw JSON text, so that what a plugin declares is what clients see.
struct Tool : Callable {
  std::string title;
  std::string description;
  std::string input_schema;
  std::string output_schema;  ///< empty: none declared
  bool destructive = false;
  bool idempotent = false;
  bool open_world = false;
  bool may_be_task = false;
  std::string meta_json;       ///< the plugin's own `_meta`, a good object; empty: none
  std::string icons_json;      ///< MCP's list of Icon; empty: none
  std::optional<AppLink> app;  ///< as start() declared it
};

/// One served prompt.
struct Prompt : Callable {
  std::string title;
  std::string description;
  std::string arguments_json;  ///< MCP's array of PromptArgument; empty: none
};

/// One served resource, or a template of many; `name` is the URI or the template.
struct Resource : Callable {
  bool is_template = false;
  std::string display_name;
  std::string title;
  std::string description;
  std::string mime_type;
  std::string meta_json;   ///< as of a tool
  std::string icons_json;  ///< as of a tool
  std::string ui_json;     ///< of an app: MCP's McpUiResourceMeta; empty: it asks for nothing
  /// Of an app that the host serves itself: the page, and `entry` is null.
  std::shared_ptr<const std::string> page;
};

/// The type by which clients know an app.
constexpr std::string_view kAppType = "text/html;profile=mcp-app";

/// Whether clients may show it as an app: by this service, or declared by hand.
inline bool is_app(const Resource& resource) {
  return !resource.is_template && resource.mime_type == kAppType &&
         resource.name.rfind("ui://", 0) == 0;
}

/// The resource that serves a URI, and what its template makes of the URI.
struct FoundResource {
  const Resource* resource = nullptr;  ///< null: there is none
  UriVariables variables = {};         ///< empty when it isn't a template
};

/// A plugin or tool that isn't served, and why. One line for people.
struct Problem {
  std::string plugin;  ///< id from the YAML
  std::string message;
  std::string declared_at;  ///< file:line:column
};

/// Whether one of `items` bears `name`.
template <typename Items>
bool has_named(const Items& items, std::string_view name) {
  return std::any_of(items.begin(), items.end(),
                     [&](const auto& item) { return item.name == name; });
}

/// An immutable generation of plugins and their tools. Share it as shared_ptr<const Catalog>;
/// a call keeps its generation alive.
class Catalog {
 public:
  /// Null when there is no such tool.
  const Tool* find(std::string_view name) const;

  const Prompt* find_prompt(std::string_view name) const;
  /// The one of this very URI, else the first template that matches: by the alphabet, in which
  /// letters and digits come before a placeholder.
  FoundResource find_resource(std::string_view uri) const;

  /// By name, URI or template; a completer by what it completes.
  const std::map<std::string, Prompt, std::less<>>& prompts() const { return prompts_; }
  const std::map<std::string, Resource, std::less<>>& resources() const { return resources_; }
  const std::map<std::string, Callable, std::less<>>& completers() const { return completers_; }

  /// By name, always in the same order.
  const std::map<std::string, Tool, std::less<>>& tools() const { return tools_; }
  const std::vector<std::shared_ptr<const Plugin>>& plugins() const { return plugins_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  friend class CatalogBuilder;
  std::map<std::string, Tool, std::less<>> tools_;
  std::map<std::string, Prompt, std::less<>> prompts_;
  std::map<std::string, Resource, std::less<>> resources_;
  std::map<std::string, Callable, std::less<>> completers_;
  std::vector<std::shared_ptr<const Plugin>> plugins_;
  std::vector<Problem> problems_;
};

}  // namespace adomcp::plugin_host
