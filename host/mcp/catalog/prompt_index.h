#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {

/// The id of the plugin that something belongs to.
using PluginId = std::string (*)(const plugin_host::Callable&);
using Completers = std::map<std::string, plugin_host::Callable, std::less<>>;

/// One Catalog's prompts made ready for MCP. Immutable.
class PromptIndex {
 public:
  using Prompts = std::map<std::string, plugin_host::Prompt, std::less<>>;

  struct Argument {
    std::string name;
    bool required = false;
  };

  struct Entry {
    const plugin_host::Prompt* prompt = nullptr;       ///< lives as long as the Catalog
    const plugin_host::Callable* completer = nullptr;  ///< null: nothing is proposed
    std::string plugin;
    std::string description;  ///< its part of the list
    std::vector<Argument> arguments;

    /// Prompts only read.
    Operation operation() const { return {OperationKind::kPrompt, prompt->name, plugin, true}; }
  };

  /// Of `prompts` and `completers`, which must outlive this.
  PromptIndex(const Prompts& prompts, const Completers& completers, PluginId plugin_id);

  /// Null when there is no such prompt.
  const Entry* find(std::string_view name) const;
  bool empty() const { return entries_.empty(); }

  /// The `prompts` array of prompts/list, by name.
  const std::string& list() const { return list_; }
  /// The same array with only those that `keep` says yes to.
  std::string list(const std::function<bool(const Operation&)>& keep) const;

 private:
  std::map<std::string, Entry, std::less<>> entries_;
  std::string list_;
};

}  // namespace adomcp::mcp
