// Returns the status that its argument names; replies when asked to.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  if (zoo::number(arguments, "\"reply\":", 0) == 1) zoo::host->reply(handle, zoo::str("why"), {});
  return zoo::number(arguments, "\"status\":");
}
constexpr adomcp_tool kTool = zoo::tool("statuses", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("statuses"));
