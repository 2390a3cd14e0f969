// Keeps a megabyte of every call.
#include <cstdlib>
#include <cstring>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "zoo.h"

namespace {

void* kept = nullptr;  // a list, so that no compiler finds it pointless

/// A leak checker looks for the leaks that aren't meant.
void is_meant([[maybe_unused]] const void* piece) {
#ifdef __SANITIZE_ADDRESS__
  __lsan_ignore_object(piece);
#endif
}

adomcp_status call(void* self, adomcp_call* handle, adomcp_str arguments) {
  constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
  void* const piece = std::malloc(kMebibyte);
  if (piece == nullptr) return ADOMCP_INTERNAL;
  std::memcpy(piece, &kept, sizeof(kept));
  kept = piece;
  is_meant(piece);
  return zoo::ok(self, handle, arguments);
}
constexpr adomcp_tool kTool = zoo::tool("leaks", call);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("leaks"));
