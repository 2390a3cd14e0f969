// Answers with 100 MB, more than a host can take.
#include <string>

#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  static const std::string text(std::size_t{100} * 1000 * 1000, 'x');
  zoo::host->reply(handle, zoo::str(text), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("huge_reply", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("huge-reply"));
