#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "masked_lines.h"
#include "search_pattern.h"

namespace adomcp::logs {

struct FoundLine {
  std::int64_t number = 0;
  std::string text;
  bool match = false;
};

/// What one search found in one log, in bounded memory: all matches counted, the first ones kept
/// with the lines around them. Where these overlap or touch, a line stands there once.
class Matches {
 public:
  Matches(std::size_t context, std::size_t most) : context_(context), most_(most) {}

  /// The next line; of a match `place` says what of it must be seen.
  void add(const Line& line, bool match, SearchPattern::Place place);

  std::int64_t count() const { return count_; }
  /// By rising number.
  const std::vector<FoundLine>& lines() const { return lines_; }
  /// Where in lines() each match that is kept begins, with what stands before it.
  const std::vector<std::size_t>& units() const { return units_; }

 private:
  static constexpr std::size_t kMaxKept = std::size_t{24} << 10;  // bytes, more than an answer has

  void keep(FoundLine line);
  bool has_room() const { return units_.size() < most_ && bytes_ < kMaxKept; }

  std::size_t context_;
  std::size_t most_;
  std::int64_t count_ = 0;
  std::vector<FoundLine> lines_;
  std::vector<std::size_t> units_;
  std::deque<FoundLine> before_;  ///< the last lines that are not kept
  std::int64_t after_to_ = 0;     ///< lines up to this one are kept
  std::size_t bytes_ = 0;
};

/// Searches one log that comes piece by piece. Not thread-safe; `pattern` must outlive it.
class LogSearch {
 public:
  LogSearch(const SearchPattern& pattern, std::size_t context, std::size_t most);

  void feed(std::string_view piece) { lines_.feed(piece); }
  void finish(bool whole) { lines_.finish(whole); }

  /// Number of the last line that was searched.
  std::int64_t last() const { return lines_.last(); }
  const Matches& matches() const { return matches_; }
  /// Lines that have the pattern's text literally, which is not what matches() counts.
  const Matches& literal() const { return literal_; }
  /// Lines of which only the beginning was searched.
  std::int64_t cut() const { return lines_.overlong(); }

 private:
  bool take(const Line& line);

  const SearchPattern& pattern_;
  Matches matches_;
  Matches literal_;
  MaskedLines lines_;
};

}  // namespace adomcp::logs
