#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string_view>

#include "core/deadline.h"
#include "core/wake.h"

namespace adomcp::transport {

/// Puts lines on a descriptor, whole and one after the other. A reader who is slow is waited for;
/// end_by() says for how long still. Thread-safe.
class LineWriter {
 public:
  /// `broken` is told once, on any thread, when the other side takes nothing more. The descriptor
  /// stays the caller's.
  LineWriter(int descriptor, std::function<void()> broken)
      : descriptor_(descriptor), on_broken_(std::move(broken)) {}

  /// JSON on one line: line ends in it, which can only stand between its values, become blanks.
  /// False when it can't be written any more.
  bool send(std::string_view json);

  /// From now on nothing is waited for any longer than until then, or what was said before if that
  /// is sooner.
  void end_by(Deadline deadline) noexcept;

 private:
  bool write(std::string_view text);
  bool wait();
  bool fail();

  const int descriptor_;
  const std::function<void()> on_broken_;
  const Wake ending_;
  std::atomic<Deadline::Clock::time_point> end_{Deadline::Clock::time_point::max()};
  std::mutex mutex_;  // guards the descriptor, and broken_
  bool broken_ = false;
};

}  // namespace adomcp::transport
