#pragma once

#include <adomcp/redact.hpp>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "line_kind.h"

namespace adomcp::failure_logs {

struct EvidenceLine {
  std::int64_t line = 0;  ///< the log's own number, from 1
  std::string text;       ///< cleaned, secrets masked, bounded
};

struct Evidence {
  std::vector<EvidenceLine> lines;  ///< by rising line number
  bool truncated = false;           ///< likely errors were found that are not among `lines`
};

/// Reads a log once, piece by piece, in constant memory (under 1 MiB), and keeps the lines that
/// explain a failure with some lines around them. Lines end at LF, as Azure counts them; of what a
/// program overwrote with lone CRs (progress bars) the most telling piece stands for the line.
/// Not thread-safe.
class LogScanner {
 public:
  LogScanner();

  void feed(std::string_view piece);
  /// What follows starts at `line` of the log: a gap was left out.
  void jump(std::int64_t line);
  /// Ends the last line.
  void finish();

  /// Number of the last line seen.
  std::int64_t lines() const { return next_line_ - 1; }

  /// The line that explains most, when there is a likely one.
  std::optional<EvidenceLine> best() const;
  /// Score of that line.
  int best_score() const;

  /// At most `max_bytes` of compact JSON ({"line":…,"text":"…"}, commas counted).
  Evidence evidence(std::size_t max_bytes) const;

 private:
  struct Line {
    std::int64_t number = 0;
    int score = 0;
    std::string text;
  };
  /// Lines that follow each other, around at least one that looks like an error.
  struct Block {
    int score = 0;
    int pattern = -1;
    int rank = 0;  ///< how many blocks of the same pattern came before
    std::size_t anchor = 0;
    std::vector<Line> lines;
  };
  class Picker;

  void end_segment();
  void end_line();
  void take(std::string_view text, LineKind kind);
  bool extend(std::string_view text, LineKind kind);
  void open(std::string_view text, LineKind kind);
  void close();
  void remember(std::string_view text, int score);
  std::vector<const Block*> by_worth() const;

  static constexpr std::size_t kRing = 24;

  std::string pending_;  ///< the piece of a line being read, cut at kMaxLine
  std::string line_;     ///< the most telling piece of the line so far
  LineKind line_kind_;
  bool open_line_ = false;
  std::int64_t next_line_ = 1;
  sdk::Redactor redactor_;  ///< follows private keys over lines

  std::array<Line, kRing> ring_;  ///< the last lines
  std::size_t ring_size_ = 0;
  std::size_t ring_next_ = 0;

  std::vector<Block> blocks_;
  std::optional<Block> current_;
  int follow_ = 0;  ///< lines still wanted after the last anchor
  bool traceback_ = false;
  bool dropped_ = false;   ///< likely errors had to be left out
  std::vector<int> rank_;  ///< blocks so far, by pattern
  std::unordered_set<std::size_t> seen_;
};

}  // namespace adomcp::failure_logs
