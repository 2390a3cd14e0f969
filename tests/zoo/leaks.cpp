// Keeps a megabyte of every call.
#include <cstdlib>
#include <cstring>

#include "zoo.h"

namespace {

void* kept = nullptr;  // a list, so that what it keeps can be found, also by a leak checker

adomcp_status call(void* self, adomcp_call* handle, adomcp_str arguments) {
  constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
  void* const piece = std::malloc(kMebibyte);
  if (piece == nullptr) return ADOMCP_INTERNAL;
  std::memcpy(piece, &kept, sizeof(kept));
  kept = piece;
  return zoo::ok(self, handle, arguments);
}
constexpr adomcp_tool kTool = zoo::tool("leaks", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("leaks"));
