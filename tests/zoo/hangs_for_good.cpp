// Never comes back, whatever it is told.
#include <unistd.h>

#include "zoo.h"

namespace {

adomcp_status call(void*, adomcp_call*, adomcp_str) {
  while (true) pause();
}
constexpr adomcp_tool kTool = zoo::tool("hangs_for_good", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("hangs-for-good"));
