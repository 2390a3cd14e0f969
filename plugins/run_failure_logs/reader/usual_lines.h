#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "line_cutter.h"

namespace adomcp::failure_logs {

/// The lines of the same task's log when all was well, as templates (numbers and hashes folded): a
/// line that stands there too is no reason. Takes 128 KiB, whatever the log's length; of a log with
/// 10,000 different lines one in a hundred others is taken for one of them. Not thread-safe.
class UsualLines {
 public:
  void feed(std::string_view piece);
  /// Ends the last line.
  void finish();

  bool has(std::uint32_t template_hash) const {
    const std::uint32_t bit = template_hash % kBits;
    return (bits_[bit / 64] >> (bit % 64) & 1U) != 0;
  }

 private:
  static constexpr std::uint32_t kBits = 1U << 20U;

  void add(std::string_view segment);

  LineCutter cutter_;
  std::vector<std::uint64_t> bits_ = std::vector<std::uint64_t>(kBits / 64);
};

}  // namespace adomcp::failure_logs
