#include "core/side_by_side.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace adomcp {

void side_by_side(std::size_t count, std::size_t at_a_time,
                  const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto take_turns = [&] {
    for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> helpers;
  try {
    for (std::size_t one = 1; one < std::min(at_a_time, count); ++one) {
      helpers.emplace_back(take_turns);
    }
  } catch (const std::system_error&) {
    // The system has no more threads: there are enough to go on.
  }
  take_turns();
}

}  // namespace adomcp
