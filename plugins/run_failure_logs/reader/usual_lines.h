#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "line_cutter.h"

namespace adomcp::failure_logs {

/// The lines of the same task's log when all was well: a line that stands there too is no reason.
/// Lines are compared with numbers and hashes folded, but for numbers that decide ("status 404",
/// "coverage 71.2%"). Takes 512 KiB, whatever the log's length; of a log with 150,000 different
/// lines one in two hundred others is taken for one of them. Not thread-safe.
class UsualLines {
 public:
  void feed(std::string_view piece);
  /// Ends the last line.
  void finish();

  /// `text`: a line without its timestamp, cleaned.
  bool has(std::string_view text) const;

 private:
  static constexpr std::uint32_t kBits = 1U << 22U;

  void add(std::string_view segment);
  bool has_bit(std::uint32_t bit) const { return (bits_[bit / 64] >> (bit % 64) & 1U) != 0; }

  LineCutter cutter_;
  std::vector<std::uint64_t> bits_ = std::vector<std::uint64_t>(kBits / 64);
};

}  // namespace adomcp::failure_logs
