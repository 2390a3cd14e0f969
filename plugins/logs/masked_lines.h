#pragma once

#include <adomcp/redact.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace adomcp::logs {

/// A line of a log, fit to hand on: valid UTF-8, cleaned, without the agent's time, secrets masked.
struct Line {
  std::int64_t number = 0;  ///< the log's own, from 1
  std::string text;
  bool cut = false;  ///< it was longer than what is kept of one
};

/// Makes lines of a log that comes piece by piece, in constant memory. Lines end at LF, as Azure
/// counts them; a CR before it goes, and one within a line (a progress bar) becomes a space. Every
/// line goes through one Redactor, in order, so that a private key stays hidden over its lines. A
/// line is handed on when the next one was seen: that may tell that its end is half a token.
///
/// Masking costs most of the time. Whoever wants few lines says which by `interest`: then those are
/// masked and handed on, with at least kLead lines before and kTrail lines after each as far as
/// there are, and the Redactor follows private keys alone through all others. What `interest` says
/// of a line must not depend on what is masked in it, else it can be guessed.
/// Not thread-safe.
class MaskedLines {
 public:
  /// Of a line no more is looked at. What is behind it is lost, and with it the end of a token
  /// that stands there: so of a line that was cut kMargin less are kept.
  static constexpr std::size_t kMaxLine = std::size_t{16} << 10;
  static constexpr std::size_t kMargin = std::size_t{4} << 10;

  static constexpr std::size_t kLead = 300;  ///< as many as the Redactor hides as one block
  static constexpr std::size_t kTrail = 16;
  /// Of lines that wait: those beyond it are masked, though nobody sees them.
  static constexpr std::size_t kWaiting = std::size_t{512} << 10;

  using Take = std::function<bool(const Line&)>;
  using Interest = std::function<bool(std::string_view unmasked)>;

  /// `first`: the number of the line that comes first. `take` says false when it needs no more.
  /// Without `interest` every line is handed on.
  MaskedLines(std::int64_t first, Take take, Interest interest = {});

  /// False: `take` needs no more, and nothing is read from then on.
  bool feed(std::string_view piece);

  /// Hands on what is left. Where the log was not read to its end (`whole` is false) its last
  /// lines stay unsaid, because what would follow could change them.
  void finish(bool whole);

  /// Number of the last line that ended.
  std::int64_t last() const { return next_ - 1; }
  bool stopped() const { return stopped_; }
  /// Lines that were longer than kMaxLine, also of those that nobody wanted.
  std::int64_t overlong() const { return overlong_lines_; }

 private:
  void end_line();
  bool is_wanted(std::string_view text);
  void wait(Line line);
  void mask(Line line);
  void hand_on();

  Take take_;
  Interest interest_;
  std::size_t trail_ = 0;     ///< lines still handed on after the last wanted one
  std::deque<Line> waiting_;  ///< cleaned, not masked: before a wanted one they are handed on
  std::size_t waiting_bytes_ = 0;
  std::int64_t next_;
  std::string raw_;        ///< of the line being read, at most kMaxLine
  bool open_ = false;      ///< a line has begun
  bool overlong_ = false;  ///< and is longer than raw_
  std::int64_t overlong_lines_ = 0;
  std::optional<Line> held_;
  sdk::Redactor redactor_;
  bool stopped_ = false;
};

}  // namespace adomcp::logs
