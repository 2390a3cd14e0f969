#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::failure_logs {

/// Cuts what comes piece by piece into lines, which end at LF as Azure counts them, and these into
/// the segments that a program overwrote one by one with lone CRs (progress bars). At most kMaxLine
/// bytes of a segment are looked at. Not thread-safe.
class LineCutter {
 public:
  static constexpr std::size_t kMaxLine = 4096;

  LineCutter() { pending_.reserve(kMaxLine); }

  /// Calls `on_segment(text)` for each segment and `on_line()` after the last one of a line.
  template <typename Segment, typename Line>
  void feed(std::string_view piece, const Segment& on_segment, const Line& on_line) {
    while (!piece.empty()) {
      const std::size_t end = std::min(piece.find('\n'), piece.size());
      std::string_view line = piece.substr(0, end);
      open_ = true;
      for (std::size_t cr = line.find('\r'); cr != std::string_view::npos; cr = line.find('\r')) {
        end_segment(line.substr(0, cr), on_segment);
        line.remove_prefix(cr + 1);
      }
      if (end == piece.size()) {
        if (pending_.size() < kMaxLine) pending_.append(line.substr(0, kMaxLine - pending_.size()));
        return;
      }
      end_segment(line, on_segment);
      open_ = false;
      on_line();
      piece.remove_prefix(end + 1);
    }
  }

  /// Ends the line that is open, if one is.
  template <typename Segment, typename Line>
  void finish(const Segment& on_segment, const Line& on_line) {
    if (!open_) return;
    end_segment({}, on_segment);
    open_ = false;
    on_line();
  }

 private:
  /// `raw`: the segment, or the rest of it after what is pending.
  template <typename Segment>
  void end_segment(std::string_view raw, const Segment& on_segment) {
    if (!pending_.empty()) {
      pending_.append(raw.substr(0, kMaxLine - std::min(kMaxLine, pending_.size())));
      raw = pending_;
    }
    on_segment(raw.substr(0, kMaxLine));
    pending_.clear();
  }

  std::string pending_;  ///< of the segment being read
  bool open_ = false;
};

}  // namespace adomcp::failure_logs
