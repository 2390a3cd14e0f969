// Says that all is well, and nothing else.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call*, adomcp_str) {
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("no_reply", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("no-reply"));
