#include "plugin_host/load/tool_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/load/app_reader.h"
#include "plugin_host/load/descriptor_checks.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/tool_guard.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxSchema = std::size_t{64} * 1024;

Error refused(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), ""};
}

/// Why `schema` can't be one; empty when it can. What its keywords mean is checked elsewhere.
std::string wrong_schema(std::string_view schema) {
  if (schema.size() > kMaxSchema) return "is larger than 64 KiB";
  if (!is_utf8(schema)) return "is not valid UTF-8";
  const auto parsed = json_from(schema);
  if (parsed.is_discarded()) return "is not JSON";
  return parsed.is_object() ? "" : "is not a JSON object";
}

std::string wrong_tool(const adomcp_tool& tool) {
  if (tool.call == nullptr) return "it has no call function";
  if ((tool.flags & ADOMCP_READ_ONLY) != 0 && (tool.flags & ADOMCP_DESTRUCTIVE) != 0) {
    return "it says READ_ONLY and DESTRUCTIVE at once";
  }
  if (auto wrong = wrong_words(view_of(tool.title), view_of(tool.description)); !wrong.empty()) {
    return wrong;
  }
  if (auto wrong = wrong_schema(view_of(tool.input_schema)); !wrong.empty()) {
    return "its input_schema " + wrong;
  }
  if (view_of(tool.output_schema).empty()) return "";
  auto wrong = wrong_schema(view_of(tool.output_schema));
  return wrong.empty() ? "" : "its output_schema " + wrong;
}

/// The descriptor at `index`, as far as its size and name go.
Result<const adomcp_tool*> entry_at(const Plugin& plugin, std::uint32_t index) {
  const std::string which = "tool " + std::to_string(index);
  const adomcp_tool* entry = nullptr;
  try {
    entry = plugin.descriptor().tool(index);
  } catch (...) {
    return refused("asking for its " + which + " threw an exception, which plugins must not do");
  }
  if (entry == nullptr) return refused("its " + which + " is null");
  if (!ADOMCP_HAS(entry, call) || entry->struct_size > kMaxStruct) {
    return refused("its " + which + " has a struct_size of " + std::to_string(entry->struct_size) +
                   ", which no tool of this ABI has");
  }
  if (!is_plain_name(view_of(entry->name))) {
    return refused("its " + which + " is named '" + escape_for_log(view_of(entry->name), kMaxName) +
                   "'; a name is 1 to 64 letters, digits, '_', '.' or '-'");
  }
  return entry;
}

/// Why the tool can't have its `_meta` or icons, which are read into `to`; empty when it can.
std::string read_tool_extras(const adomcp_tool& from, Tool& to) {
  if (!ADOMCP_HAS(&from, icons_json)) return "";  // of a plugin built before ABI 0.3
  return read_extras(view_of(from.meta_json), view_of(from.icons_json), to.meta_json,
                     to.icons_json);
}

void log_unlisted(const Plugin& plugin, const std::string& name) {
  plugin.log().write(ADOMCP_INFO, "not listed in tools:, so not served: " + name);
}

Tool to_tool(const adomcp_tool& entry, const std::shared_ptr<const Plugin>& plugin,
             const PluginSettings& settings) {
  Tool tool;
  tool.name = view_of(entry.name);
  tool.title = view_of(entry.title);
  tool.description = view_of(entry.description);
  tool.input_schema = view_of(entry.input_schema);
  tool.output_schema = view_of(entry.output_schema);
  tool.read_only = (entry.flags & ADOMCP_READ_ONLY) != 0;
  tool.destructive = (entry.flags & ADOMCP_DESTRUCTIVE) != 0;
  tool.idempotent = (entry.flags & ADOMCP_IDEMPOTENT) != 0;
  tool.open_world = (entry.flags & ADOMCP_OPEN_WORLD) != 0;
  tool.timeout = settings.timeout;
  tool.entry = entry.call;
  tool.plugin = plugin;
  tool.guard = std::make_shared<ToolGuard>(settings.max_concurrent);
  return tool;
}

}  // namespace

Result<std::vector<Tool>> read_tools(const std::shared_ptr<const Plugin>& plugin,
                                     const PluginSettings& settings) {
  std::vector<Tool> tools;
  std::vector<std::string> seen;
  for (std::uint32_t i = 0; i < plugin->descriptor().tool_count; ++i) {
    const auto entry = entry_at(*plugin, i);
    if (!entry) return entry.error();
    const std::string name(view_of((*entry)->name));
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return refused("it declares the tool '" + name + "' twice");
    }
    seen.push_back(name);
    if (std::find(settings.tools.begin(), settings.tools.end(), name) == settings.tools.end()) {
      log_unlisted(*plugin, name);
      continue;
    }
    if (const auto wrong = wrong_tool(**entry); !wrong.empty()) {
      return refused(std::string("tool '").append(name).append("': ").append(wrong));
    }
    Tool tool = to_tool(**entry, plugin, settings);
    if (const auto wrong = read_tool_extras(**entry, tool); !wrong.empty()) {
      return refused(std::string("tool '").append(name).append("': ").append(wrong));
    }
    tools.push_back(std::move(tool));
  }
  return tools;
}

}  // namespace adomcp::plugin_host
