#pragma once

#include <cstddef>
#include <string_view>

#include "core/deadline.h"
#include "core/descriptor.h"

namespace adomcp {

/// Writes to a descriptor whose reader may stand still, and never waits longer than it was told to.
/// What shares the descriptor with this process isn't made non-blocking: pipes and terminals are
/// opened once more for that, and where that may not be, written to in pieces that fit. Regular
/// files can't be waited for: a disk that stands still holds up its writer. One thread at a time.
class BoundedWriter {
 public:
  /// `fd` stays the caller's, and open as long as this.
  explicit BoundedWriter(int fd);
  BoundedWriter(const BoundedWriter&) = delete;
  BoundedWriter& operator=(const BoundedWriter&) = delete;

  /// What came of a write. `error`: 0 when all was written, EAGAIN when the time was over, else the
  /// number of what went wrong.
  struct Written {
    std::size_t bytes = 0;
    int error = 0;
  };
  Written write(std::string_view bytes, Deadline until);

  /// Whether it takes something at once, or says at once what is wrong.
  bool ready() const;

 private:
  enum class Kind { kPlain, kOwn, kPieces, kSocket };

  bool wait(Deadline until) const;
  std::ptrdiff_t put(std::string_view bytes) const;

  const int given_;
  Descriptor own_;  // the same pipe or terminal, non-blocking
  Kind kind_ = Kind::kPlain;
};

}  // namespace adomcp
