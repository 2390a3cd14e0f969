// Aborts in a constructor, so before the host can ask it anything; noisily.
#include <cstdio>
#include <cstdlib>

#include "zoo.h"

namespace {

struct Crash {
  Crash() {
    std::puts("done");
    std::puts("noise on standard output");
    std::fflush(stdout);
    std::fputs("a line before\nconstructed too \x1b[31mearly\n\n", stderr);
    std::abort();
  }
};
const Crash kCrash;
constexpr adomcp_tool kTool = zoo::tool("crashes_at_load");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("crashes-at-load"));
