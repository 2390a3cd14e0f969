#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "features.h"
#include "kept_lines.h"
#include "line_features.h"
#include "surroundings.h"

namespace adomcp::failure_logs {

/// Reads a log line by line, once, and knows in the end what each line that may matter is. See
/// README.md. Not thread-safe.
class Reader {
 public:
  Reader();

  /// The next line, cleaned.
  void add(std::int64_t number, std::string_view text, const LineFacts& facts);
  /// No more lines. Call once.
  void finish();

  const KeptLines& lines() const { return kept_; }
  /// All that is known of a kept line; after finish().
  FeatureRow features(std::size_t index) const;

 private:
  static constexpr std::size_t kTemplates = 1U << 15U;

  void complete(std::size_t back);
  std::uint16_t& count_of(std::uint32_t template_hash) {
    return templates_[template_hash % kTemplates];
  }

  KeptLines kept_;
  Surroundings around_;
  std::vector<std::uint16_t> templates_;
  std::int64_t last_number_ = 0;
  std::uint32_t strong_ = 0, red_ = 0, bad_marks_ = 0, good_marks_ = 0, frames_ = 0;
  std::int64_t last_strong_ = 0, last_bad_mark_ = 0, last_red_ = 0;
};

}  // namespace adomcp::failure_logs
