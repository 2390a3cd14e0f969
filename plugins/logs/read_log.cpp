#include "read_log.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "budget.h"
#include "log_stream.h"

namespace adomcp::logs {
namespace {

constexpr std::int64_t kTail = 100;  // lines, where nothing is said
constexpr std::size_t kForWords = 1300;
constexpr std::size_t kLineBytes = 1000;
constexpr std::size_t kOneLineBytes = std::size_t{12} << 10;  // where one line is asked for
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

/// Which lines are asked for.
struct Range {
  std::int64_t from = 1;
  std::int64_t to = kNoEnd;
  std::int64_t tail = 0;  ///< 0: it is a range

  static Range of(const ReadWanted& wanted, std::int64_t length) {
    Range out;
    if (!wanted.from_line && !wanted.to_line) {
      out.tail = wanted.tail.value_or(kTail);
      out.from = std::max<std::int64_t>(1, length - out.tail + 1);
      return out;
    }
    out.to = wanted.to_line.value_or(kNoEnd);
    if (!wanted.from_line && length == 0) {  // how long it is isn't known
      out.tail = kTail;
      return out;
    }
    const std::int64_t last = std::min(out.to, length);
    out.from = wanted.from_line.value_or(std::max<std::int64_t>(1, last - kTail + 1));
    return out;
  }
};

void check(const ReadWanted& wanted) {
  if (wanted.tail && (wanted.from_line || wanted.to_line)) {
    throw ToolError("Say either tail, or from_line and to_line.", ADOMCP_INVALID_ARGUMENT);
  }
  if (wanted.from_line && wanted.to_line && *wanted.from_line > *wanted.to_line) {
    throw ToolError("from_line " + std::to_string(*wanted.from_line) + " is after to_line " +
                        std::to_string(*wanted.to_line) + ". Exchange them.",
                    ADOMCP_INVALID_ARGUMENT);
  }
}

LineWindow window_for(const Range& range) {
  LineWindow::Bounds bounds;
  bounds.from = range.from;
  bounds.to = range.to;
  if (range.tail > 0) bounds.lines = static_cast<std::size_t>(range.tail);
  bounds.bytes = kAnswerBytes - kNoticeBytes - kForWords;
  bounds.line_bytes = range.from == range.to || range.tail == 1 ? kOneLineBytes : kLineBytes;
  bounds.last = range.tail > 0;
  return {bounds, [](const Line& line) { return cost_of(line.number, line.text); }};
}

std::string lines_from(std::int64_t from, std::int64_t to) {
  return "from_line " + std::to_string(from) + " and to_line " + std::to_string(to);
}

std::string how_far(const Stretch& read) {
  const std::string end =
      read.response.ok() ? "." : ": " + sdk::safe_text(read.response.error, 200);
  if (read.last == read.before) {
    return "Line " + std::to_string(read.last + 1) +
           " is too long for what one call may read, or for its time" + end;
  }
  return "The log could be read to line " + std::to_string(read.last) + " only in this call" + end;
}

/// A range with nothing in it.
ReadAnswer nothing(const Run& run, std::int64_t log_id, std::int64_t length) {
  ReadAnswer out;
  out.run_id = run.id;
  out.log_id = log_id;
  out.total_lines = length;
  const std::string count = std::to_string(length) + (length == 1 ? " line" : " lines");
  out.next = run.is_running()
                 ? "The log has " + count + " so far, and the run is not finished: ask again later."
                 : "The log has " + count + ": ask for lines up to that, or for its tail.";
  return out;
}

/// Lines were asked for, but the log could not be read so far.
ReadAnswer unread(const Run& run, std::int64_t log_id, std::int64_t length, const Stretch& read) {
  ReadAnswer out;
  out.run_id = run.id;
  out.log_id = log_id;
  if (length > 0) out.total_lines = length;
  out.truncated = true;
  out.notes = std::vector<std::string>{how_far(read)};
  return out;
}

/// What to ask for next, by what is shown.
std::string next_of(const ReadAnswer& out, const Range& range, const Run& run) {
  const std::int64_t from = *out.from_line;
  const std::int64_t to = *out.to_line;
  const std::int64_t total = *out.total_lines;
  if (range.tail > 0 && from > 1) {
    return "Earlier lines: " + lines_from(std::max<std::int64_t>(1, from - kTail), from - 1) +
           "; or search_run_logs.";
  }
  if (to < total) {
    const bool asked = range.to != kNoEnd && range.to > to;
    return "Later lines: from_line " + std::to_string(to + 1) +
           (asked ? " and to_line " + std::to_string(range.to) : "") + ".";
  }
  if (run.is_running()) return "The log may grow: from_line " + std::to_string(to + 1) + " later.";
  return {};
}

std::vector<std::string> notes_of(const LineWindow& window, const Stretch& read,
                                  std::size_t line_bytes) {
  std::vector<std::string> notes;
  if (!read.to_end) notes.push_back(how_far(read));
  if (window.cut() > 0) {
    notes.push_back(std::to_string(window.cut()) + (window.cut() == 1 ? " line is" : " lines are") +
                    " cut" +
                    (line_bytes == kLineBytes
                         ? ": a line asked for alone (from_line = to_line) has up to 12 KiB."
                         : "."));
  }
  return notes;
}

}  // namespace

ReadAnswer read_run_log(Call& call, const ReadWanted& wanted) {
  check(wanted);
  const Run run = ask_for_run(call, wanted.run_id, false);
  const std::int64_t length = length_of(call, run, wanted.log_id);
  const Range range = Range::of(wanted, length);
  if (length > 0 && range.from > length) return nothing(run, wanted.log_id, length);

  LineWindow window = window_for(range);
  const std::int64_t end = range.to == kNoEnd ? 0 : range.to;
  const Stretch read = read_lines(call, run, wanted.log_id, range.from, end, window);
  const auto& lines = window.lines();
  if (lines.empty() && !read.to_end) return unread(run, wanted.log_id, length, read);
  if (lines.empty()) return nothing(run, wanted.log_id, std::min(length, read.last));

  ReadAnswer out;
  out.run_id = run.id;
  out.log_id = wanted.log_id;
  out.total_lines = std::max({length, read.last, lines.back().number});
  out.from_line = lines.front().number;
  out.to_line = lines.back().number;
  for (const Line& line : lines) out.lines.push_back({line.number, line.text});
  const std::int64_t first = std::max(range.from, read.last - range.tail + 1);
  out.truncated = !read.to_end || window.full() || (range.tail > 0 && *out.from_line > first);
  auto notes = notes_of(window, read, window.line_bytes());
  if (!notes.empty()) out.notes = std::move(notes);
  out.next = next_of(out, range, run);
  return out;
}

}  // namespace adomcp::logs
