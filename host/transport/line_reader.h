#pragma once

#include <cstddef>
#include <string>

#include "core/wake.h"

namespace adomcp::transport {

/// Takes lines from a descriptor, each at most so long.
class LineReader {
 public:
  enum class Got {
    kLine,
    kTooLong,  ///< a line over the limit came, and was thrown away to its end
    kEnd,      ///< the input is over, or `stop` was set
  };

  /// `stop` must outlive it. The descriptor stays the caller's.
  LineReader(int descriptor, const Wake& stop, std::size_t limit)
      : descriptor_(descriptor), stop_(stop), limit_(limit) {}

  /// Waits for the next line and gives it without its line end. What comes after the last line end
  /// is a line too.
  Got next(std::string& line);

 private:
  bool fill();
  bool take(std::string& line, bool& too_long);

  const int descriptor_;
  const Wake& stop_;
  const std::size_t limit_;
  std::string buffer_;     // what was read and not taken yet, from at_ on
  std::size_t at_ = 0;     // where the next line begins
  std::size_t seen_ = 0;   // up to where there is no line end
  bool skipping_ = false;  // within a line that is too long
};

}  // namespace adomcp::transport
