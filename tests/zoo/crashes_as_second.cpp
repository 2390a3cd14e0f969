// Loads well, once in a process; the next copy aborts.
#include <cstdlib>

#include "zoo.h"

namespace {

struct Crash {
  Crash() {
    if (std::getenv("ADOMCP_ZOO_LOADED") != nullptr) std::abort();
    setenv("ADOMCP_ZOO_LOADED", "1", 1);
  }
};
const Crash kCrash;
constexpr adomcp_tool kTool = zoo::tool("crashes_as_second");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("crashes-as-second"));
