#pragma once

#include <adomcp/redact.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reader/cause.h"
#include "reader/colour.h"
#include "reader/line_cutter.h"
#include "reader/line_kind.h"
#include "reader/model.h"
#include "reader/ranking.h"
#include "reader/reader.h"
#include "reader/usual_lines.h"

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
  explicit LogScanner(const Weights& weights = learned_weights()) : weights_(weights) {}

  void feed(std::string_view piece);
  /// What follows starts at `line` of the log: a gap was left out.
  void jump(std::int64_t line);
  /// Ends the last line and weighs what was kept; lines that stand among `usual` too count little.
  /// Once.
  void finish(const UsualLines* usual = nullptr);

  /// Number of the last line seen.
  std::int64_t lines() const { return next_line_ - 1; }

  /// The line that explains most, when there is a likely one; after finish().
  std::optional<EvidenceLine> best() const;
  /// That line is right nine times in ten; after finish().
  bool sure() const { return cause_ && cause_->sure; }

  /// At most `max_bytes` of compact JSON ({"line":…,"text":"…"}, commas counted); after finish().
  Evidence evidence(std::size_t max_bytes,
                    std::size_t max_lines = static_cast<std::size_t>(-1)) const;

  /// Bytes that showing a kept line takes.
  std::size_t cost(std::size_t index) const;
  /// What was read, for the training of the weights.
  const Reader& reader() const { return reader_; }
  const std::optional<Cause>& cause() const { return cause_; }

 private:
  void end_segment(std::string_view raw);
  void end_line();
  void end_open_line();
  EvidenceLine shown(std::size_t index) const;

  LineCutter cutter_;
  std::string line_;  ///< the most telling segment of the line so far
  LineFacts facts_;
  bool any_segment_ = false;
  bool finished_ = false;
  std::int64_t next_line_ = 1;
  sdk::Redactor redactor_;  ///< follows private keys over lines
  ColourState colours_;
  KindCache kinds_;
  const Weights& weights_;
  Reader reader_;
  Ranking ranking_;
  std::optional<Cause> cause_;
  float best_block_ = 0;
};

}  // namespace adomcp::failure_logs
