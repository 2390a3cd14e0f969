#include "app/reload/list_changes.h"

#include <algorithm>

#include "app/reload/settings_change.h"
#include "mcp/catalog/tool_index.h"

namespace adomcp::app {
namespace {

// What clients see of it, as far as it isn't the key of its map.

bool same(const plugin_host::Prompt& one, const plugin_host::Prompt& other) {
  return one.title == other.title && one.description == other.description &&
         one.arguments_json == other.arguments_json;
}

bool same(const plugin_host::Resource& one, const plugin_host::Resource& other) {
  return one.is_template == other.is_template && one.display_name == other.display_name &&
         one.title == other.title && one.description == other.description &&
         one.mime_type == other.mime_type;
}

template <typename Map>
bool same_list(const Map& one, const Map& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const auto& left, const auto& right) {
                      return left.first == right.first && same(left.second, right.second);
                    });
}

}  // namespace

ListChanges list_changes(const mcp::ToolIndex& before, const Settings& running,
                         const mcp::ToolIndex& now, const Settings& wanted) {
  const bool narrowed = running.access.hide_denied || wanted.access.hide_denied;
  if (narrowed && !same_rights(running, wanted)) return {true, true, true};
  const auto& old = *before.catalog();
  const auto& fresh = *now.catalog();
  return {before.list() != now.list(), !same_list(old.prompts(), fresh.prompts()),
          !same_list(old.resources(), fresh.resources())};
}

}  // namespace adomcp::app
