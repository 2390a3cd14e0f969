#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/clock.h"
#include "core/event_stream.h"

namespace adomcp::mcp {

/// Closes streams once the tokens that opened them are over. Knows those that are open, and some
/// that were. Thread-safe.
class SignedInStreams {
 public:
  /// `stream` is closed by the first end_signed_out() at `until` or later.
  void add(const std::shared_ptr<EventStream>& stream, Clock::TimePoint until);

  void end_signed_out(Clock::TimePoint now);

 private:
  struct Entry {
    std::weak_ptr<EventStream> stream;
    Clock::TimePoint until;
  };

  std::mutex mutex_;  // guards what follows; never held while a stream is closed
  std::vector<Entry> entries_;
};

}  // namespace adomcp::mcp
