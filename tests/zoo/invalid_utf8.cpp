// Answers with bytes that are no UTF-8.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  zoo::host->reply(handle, zoo::str("broken \xC0\xAF"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("invalid_utf8", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("invalid-utf8"));
