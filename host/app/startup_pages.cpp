#include "app/startup_pages.h"

#include <malloc.h>
#include <sys/mman.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::app {
namespace {

struct Mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool of_file = false;  ///< read only, and of a file
  bool changed = false;  ///< some of it is this process's own, such as relocated addresses
};

/// "7f1c8a400000-7f1c8a428000 r--p 00000000 fe:01 2387  /usr/lib/…": nothing for any other line.
bool read_head(std::string_view line, Mapping& out) {
  const char* const end = line.data() + line.size();
  const auto from = std::from_chars(line.data(), end, out.begin, 16);
  if (from.ec != std::errc() || from.ptr == end || *from.ptr != '-') return false;
  const auto to = std::from_chars(from.ptr + 1, end, out.end, 16);
  if (to.ec != std::errc() || to.ptr + 5 > end) return false;
  const std::string_view access(to.ptr + 1, 4);
  out.of_file = access[0] == 'r' && access[1] == '-' && line.find(" /") != line.npos;
  return true;
}

std::vector<Mapping> mappings() {
  constexpr std::string_view kOwn = "Anonymous:";
  constexpr std::string_view kNone = " 0 kB";
  std::vector<Mapping> out;
  std::ifstream in("/proc/self/smaps");
  for (std::string line; std::getline(in, line);) {
    Mapping mapping;
    if (read_head(line, mapping)) {
      out.push_back(mapping);
    } else if (line.starts_with(kOwn) && !line.ends_with(kNone) && !out.empty()) {
      out.back().changed = true;
    }
  }
  return out;
}

}  // namespace

void give_back_startup_pages() {
  ::malloc_trim(0);
  for (const Mapping& mapping : mappings()) {
    if (!mapping.of_file || mapping.changed) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address out of a text
    ::madvise(reinterpret_cast<void*>(mapping.begin), mapping.end - mapping.begin, MADV_DONTNEED);
  }
}

}  // namespace adomcp::app
