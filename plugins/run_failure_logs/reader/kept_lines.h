#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "features.h"

namespace adomcp::failure_logs {

/// A line that may be shown, with what is known of it.
struct KeptLine {
  std::int64_t number = 0;
  std::uint32_t text_at = 0;
  std::uint16_t text_size = 0;
  std::uint8_t interest = 0;
  std::uint32_t template_hash = 0;
  std::uint32_t strong_before = 0;  ///< strong lines of the log before this one
  std::uint32_t good_before = 0;    ///< lines with a good mark before this one
  KeptRow row{};
};

/// The lines of a log worth keeping, in order and in bounded memory (about 600 KiB): all of them
/// while there is room, then the most interesting ones, and always the last ones.
class KeptLines {
 public:
  static constexpr std::size_t kTail = 300;     ///< of these nothing is dropped
  static constexpr std::size_t kMaxText = 480;  ///< bytes of a line

  /// `line` without its text's place; at most kMaxText bytes of the text are kept.
  KeptLine& add(KeptLine line, std::string_view text);

  std::size_t size() const { return lines_.size(); }
  const KeptLine& at(std::size_t index) const { return lines_[index]; }
  /// The line `back` lines before the last one.
  KeptLine& from_last(std::size_t back) { return lines_[lines_.size() - 1 - back]; }
  std::string_view text(const KeptLine& line) const {
    return std::string_view(texts_).substr(line.text_at, line.text_size);
  }
  /// Strong lines were dropped.
  bool dropped_strong() const { return dropped_strong_; }

 private:
  void make_room();
  std::size_t least_interest(std::size_t end, std::size_t most_lines, std::size_t most_text) const;

  static constexpr std::size_t kMaxLines = 3072;
  static constexpr std::size_t kMaxTexts = 256U << 10U;

  std::vector<KeptLine> lines_;
  std::string texts_;
  bool dropped_strong_ = false;
};

}  // namespace adomcp::failure_logs
