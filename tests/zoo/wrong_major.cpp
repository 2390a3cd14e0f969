// Made for the next major version of the ABI. Its constructor must never run.
#include <cstdlib>

#include "zoo.h"

namespace {

__attribute__((constructor)) void must_not_run() {
  std::abort();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) constexpr int adomcp_plugin_v1 = 1;
