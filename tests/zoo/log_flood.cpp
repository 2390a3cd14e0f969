// Writes far more to the log than anybody could read, by its call and without one.
#include <string>

#include "zoo.h"

namespace {

constexpr int kLines = 50000;

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  static const std::string text(std::size_t{8} * 1024, 'x');
  for (int i = 0; i < kLines; ++i) {
    zoo::host->log(handle, ADOMCP_WARN, zoo::str(text));
    zoo::host->log(nullptr, ADOMCP_WARN, zoo::str(text));
  }
  zoo::host->reply(handle, zoo::str("said it all"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("log_flood", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("log-flood"));
