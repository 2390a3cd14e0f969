#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "features.h"

namespace adomcp::failure_logs {

/// Fills in what is around each line, which needs the lines after it: a row is complete when
/// kReach more were added. Constant memory and time a line.
class Surroundings {
 public:
  static constexpr std::size_t kReach = 20;

  /// Adds the next line's row, with `own` filled in. Fills in what lies before it.
  void add(KeptRow& row);
  /// Fills in, for the line that lies `back` lines behind the last one, what needs those after it.
  void complete(KeptRow& row, std::size_t back) const;
  std::size_t added() const { return added_; }

 private:
  static constexpr std::size_t kRing = 64;  // more than two reaches, a power of two
  static constexpr std::size_t kChannels = 8;
  using Sums = std::array<std::uint32_t, kChannels>;
  struct Brief {
    std::uint8_t strong = 0, blank = 0, indent = 0;
    Sums before{};  ///< of all lines before this one; they wrap around, differences don't
  };

  void put_means(KeptRow& row, std::size_t at, std::size_t reach, std::size_t first) const;
  const Brief& brief(std::size_t at) const { return ring_[at % kRing]; }

  std::array<Brief, kRing> ring_;
  Sums sums_{};
  std::size_t added_ = 0;
  std::uint8_t last_indent_ = 0;  ///< of the last line that wasn't blank
  std::uint32_t since_strong_ = 255, since_mark_ = 255, since_echo_ = 255, since_blank_ = 255;
  std::uint32_t since_red_ = 255;
};

}  // namespace adomcp::failure_logs
