// Loads well alone; aborts in a process where echo is loaded.
#include <link.h>

#include <cstdlib>
#include <cstring>

#include "zoo.h"

namespace {

int count(dl_phdr_info* info, std::size_t, void* found) {
  if (std::strstr(info->dlpi_name, "/echo-") != nullptr) ++*static_cast<int*>(found);
  return 0;
}

struct Crash {
  Crash() {
    int found = 0;
    dl_iterate_phdr(count, &found);
    if (found > 0) std::abort();
  }
};
const Crash kCrash;
constexpr adomcp_tool kTool = zoo::tool("crashes_as_second");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("crashes-as-second"));
