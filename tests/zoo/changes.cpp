// Tells of changes: of every kind, of none that there is, and then of {"many":N} resources; some
// from a thread of its own.
#include <adomcp/changes.h>

#include <string>
#include <thread>

#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  const auto& changes = zoo::service<adomcp_changes>(ADOMCP_CHANGES);
  changes.changed(ADOMCP_CHANGED_TOOLS, {});
  changes.changed(ADOMCP_CHANGED_TOOLS, {});
  std::thread([&] { changes.changed(ADOMCP_CHANGED_PROMPTS, {}); }).join();
  changes.changed(ADOMCP_CHANGED_RESOURCE, zoo::str("zoo://keeper"));
  changes.changed(ADOMCP_CHANGED_RESOURCE, zoo::str("no uri"));
  changes.changed(ADOMCP_CHANGED_RESOURCES, zoo::str("zoo://keeper"));
  changes.changed(4711, {});
  const int many = zoo::number(arguments, "\"many\":", 0);
  for (int i = 0; i < many; ++i) {
    const std::string uri = "zoo://cage/" + std::to_string(i);
    changes.changed(ADOMCP_CHANGED_RESOURCE, zoo::str(uri));
  }
  zoo::host->reply(handle, zoo::str("told"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("changes", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("changes"));
