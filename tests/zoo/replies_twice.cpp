// Answers once too often.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  zoo::host->reply(handle, zoo::str("first"), zoo::str("{\"n\": 1}"));
  zoo::host->reply(handle, zoo::str("second"), zoo::str("{\"n\": 2}"));
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("replies_twice", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("replies-twice"));
