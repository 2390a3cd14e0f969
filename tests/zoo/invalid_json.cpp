// Answers with something that only looks like JSON.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  zoo::host->reply(handle, {}, zoo::str("{\"open\":"));
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("invalid_json", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("invalid-json"));
