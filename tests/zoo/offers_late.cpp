// Declares a prompt where it may not: in start() on a thread of its own, and in a call. Its tool
// says what came of it.
#include <adomcp/prompts.h>
#include <adomcp/tasks.h>

#include <thread>

#include "zoo.h"

namespace {

constexpr adomcp_prompt kPrompt = {
    sizeof(adomcp_prompt), 0, zoo::str("offers_late"), {}, {}, {}, zoo::ok};
bool refused = true;

void declare() {
  const bool prompt =
      zoo::service<adomcp_prompts>(ADOMCP_PROMPTS).add(&kPrompt) == ADOMCP_INVALID_ARGUMENT;
  const bool task = zoo::service<adomcp_tasks>(ADOMCP_TASKS).allow(zoo::str("offers_late")) ==
                    ADOMCP_INVALID_ARGUMENT;
  refused = refused && prompt && task;
}

adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  zoo::host = from;
  std::thread(declare).join();
  return ADOMCP_OK;
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  declare();
  zoo::host->reply(handle, zoo::str(refused ? "refused" : "it was let in"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("offers_late", call);

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("offers-late"),
                        [](auto& plugin) { plugin.start = start; }));
