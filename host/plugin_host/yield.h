#pragma once

#include <thread>

namespace adomcp::plugin_host {

/// Gives way to other threads a few times, until `over()` says so or that did not help. Most calls
/// take microseconds; to sleep and be woken would cost more than they do.
template <typename Over>
void yield_until(const Over& over) {
  constexpr int kTimes = 10;
  for (int i = 0; i < kTimes && !over(); ++i) std::this_thread::yield();
}

}  // namespace adomcp::plugin_host
