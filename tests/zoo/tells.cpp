// Tells its client how far it is, from two threads, then what no client may see; and all that again
// by the handle of the call before, which is over.
#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/tasks.h>

#include <limits>
#include <string>
#include <thread>

#include "zoo.h"

namespace {

adomcp_call* before = nullptr;

void tell(adomcp_call* call) {
  const auto progress = [&](double done, double total, std::string_view message) {
    zoo::host->progress(call, done, total, zoo::str(message));
  };
  progress(1, 0, "one");
  std::thread([&] { progress(2, 4, ""); }).join();
  progress(3, 4, std::string(2000, 'm'));
  progress(std::numeric_limits<double>::quiet_NaN(), 4, "nan");
  progress(4, std::numeric_limits<double>::infinity(), "infinite");
  progress(-1, 4, "negative");
  progress(4, 4, "\xff");
}

void log(adomcp_call* call) {
  const auto line = [&](std::string_view level, std::string_view logger, std::string_view data) {
    zoo::service<adomcp_legacy>(ADOMCP_LEGACY)
        .log(call, zoo::str(level), zoo::str(logger), zoo::str(data));
  };
  line("info", "zoo", R"({"a":1})");
  std::thread([&] { line("emergency", "", R"("text")"); }).join();
  line("info", "zoo token=abc123", R"({"password":"hunter2"})");
  line("loud", "zoo", "1");
  line("info", std::string(257, 'l'), "1");
  line("info", "zoo", "no JSON");
}

bool all_refuse(adomcp_call* call) {
  const auto& input = zoo::service<adomcp_input>(ADOMCP_INPUT);
  const auto& legacy = zoo::service<adomcp_legacy>(ADOMCP_LEGACY);
  adomcp_str answer = zoo::str("untouched");
  const bool asked =
      input.elicit(call, zoo::str("late"), zoo::str("Late?"),
                   zoo::str(R"({"type":"object","properties":{}})"), &answer) == ADOMCP_CANCELLED &&
      legacy.sample(call, zoo::str("late"), zoo::str("{}"), &answer) == ADOMCP_CANCELLED &&
      legacy.roots(call, zoo::str("late"), &answer) == ADOMCP_CANCELLED;
  zoo::host->content(call, zoo::str(R"({"type":"text","text":"late"})"));
  return asked && answer.size == 0 && input.keep(call, zoo::str("late")) == ADOMCP_CANCELLED &&
         input.kept(call).size == 0 &&
         zoo::service<adomcp_tasks>(ADOMCP_TASKS).begin(call, 1000, 1) == ADOMCP_CANCELLED;
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str) {
  bool refused = true;
  if (before != nullptr) {
    tell(before);
    log(before);
    refused = all_refuse(before);
  } else {
    tell(handle);
    log(handle);
  }
  before = handle;
  zoo::host->reply(handle, zoo::str(refused ? "told" : "it was let in"), {});
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("tells", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("tells"));
