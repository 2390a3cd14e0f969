// Ends the process in a constructor, as if all were well.
#include <unistd.h>

#include "zoo.h"

namespace {

struct Exit {
  Exit() { _exit(0); }
};
const Exit kExit;
constexpr adomcp_tool kTool = zoo::tool("exits_at_load");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("exits-at-load"));
