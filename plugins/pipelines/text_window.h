#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <adomcp/redact.hpp>

namespace adomcp::pipelines {

/// Which lines of a text are wanted: from `from_line` on (from 1), or the last `tail` ones.
struct Place {
  std::int64_t from_line = 1;
  std::int64_t tail = 0;  ///< 0: none
};

/// The lines that were chosen.
struct Chosen {
  std::string text;  ///< cleaned, secrets masked; lines end at LF, the last one without
  std::int64_t from_line = 0;
  std::int64_t to_line = 0;               ///< before from_line: there is none
  std::optional<std::int64_t> next_line;  ///< where the text goes on
  std::optional<std::int64_t> lines;      ///< of the whole text; empty: not read to its end
};

/// Reads a text once, piece by piece, and keeps the lines that were asked for, as many as fit into
/// `max_bytes` of JSON. A line that is masked stays a line: its number is that of the text. It
/// holds 1 MiB at most beside these. Not thread-safe.
class TextWindow {
 public:
  TextWindow(Place place, std::size_t max_bytes) : place_(place), max_bytes_(max_bytes) {}

  /// False: no more is needed, or it is no text.
  bool feed(std::string_view piece);
  /// After the last piece; `complete`: the text ended there, and wasn't cut off.
  Chosen finish(bool complete);

  /// It holds bytes that no text has.
  bool is_binary() const { return binary_; }
  /// It is text, though in UTF-16, which isn't read.
  bool is_utf16() const { return utf16_; }

 private:
  /// A line, cleaned; `cut`: there was more of it.
  struct Raw {
    std::string text;
    bool cut = false;
  };

  void end_line(bool whole);
  void take(Raw line);
  void pass_by();
  void keep(const Raw& line);
  void end_is_half_a_token(std::size_t half);
  std::string take_text();

  const Place place_;
  const std::size_t max_bytes_;
  std::string line_;
  bool in_line_ = false;
  std::int64_t count_ = 0;   ///< lines that ended
  std::size_t bytes_ = 0;    ///< of these
  std::deque<Raw> waiting_;  ///< with `tail`: not masked yet, with those that lead in
  std::size_t waiting_bytes_ = 0;
  std::deque<Raw> kept_;  ///< masked
  std::size_t kept_bytes_ = 0;
  bool full_ = false;
  bool begun_ = false;
  bool binary_ = false;
  bool utf16_ = false;
  sdk::Redactor redactor_;  ///< has seen the lines before, or of a long text 300 of them and keys
};

}  // namespace adomcp::pipelines
