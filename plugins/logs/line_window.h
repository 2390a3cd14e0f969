#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "masked_lines.h"

namespace adomcp::logs {

/// Keeps lines of a range within a number of bytes: the first ones, or of a tail the last ones.
/// Not thread-safe.
class LineWindow {
 public:
  struct Bounds {
    std::int64_t from = 1;  ///< lines before it are led in, not kept
    std::int64_t to = std::numeric_limits<std::int64_t>::max();
    std::size_t lines = std::numeric_limits<std::size_t>::max();  ///< of a tail
    std::size_t bytes = 0;                                        ///< as `cost` counts them
    std::size_t line_bytes = 0;                                   ///< of one line; more is cut
    bool last = false;  ///< keep the last lines of the range, not the first
  };
  using Cost = std::function<std::size_t(const Line&)>;

  LineWindow(Bounds bounds, Cost cost) : bounds_(bounds), cost_(std::move(cost)) {}

  /// False: nothing more is needed.
  bool add(const Line& line);

  const std::deque<Line>& lines() const { return lines_; }
  /// A line of the range did not fit behind those that are kept.
  bool full() const { return full_; }
  std::size_t line_bytes() const { return bounds_.line_bytes; }
  /// Lines shorter here than in the log.
  std::int64_t cut() const;

 private:
  const Bounds bounds_;
  const Cost cost_;
  std::deque<Line> lines_;
  std::size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace adomcp::logs
