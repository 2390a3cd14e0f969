// Notes facts for the audit, good and bad ones, and logs.
#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  zoo::host->note(handle, zoo::str("run_id"), zoo::str("4711"));
  zoo::host->note(handle, zoo::str("pipeline_id"), zoo::str("12 or so"));
  zoo::host->note(handle, zoo::str("pipeline_name"), zoo::str("api-ci"));
  zoo::host->note(handle, zoo::str("result_count"), zoo::str("3"));
  zoo::host->note(handle, zoo::str("user"), zoo::str("root"));
  zoo::host->log(handle, ADOMCP_INFO, zoo::str("two\nlines \x1B[31mred"));
  zoo::host->reply(handle, zoo::str("noted"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("notes", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("notes"));
