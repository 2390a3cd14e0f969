#include "cause.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "line_kind.h"
#include "prefix.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kReach = 3;
constexpr float kAlike = 0.95F;     // from here on the earlier of two lines is taken
constexpr std::size_t kApart = 10;  // lines between two blocks
constexpr std::uint8_t kManyGood = log_scale(10);
constexpr float kTolerated = 0.5F;
constexpr float kRival = 0.3F;  // how much another block takes away
constexpr float kSure = 0.75F;  // see README.md, "Sure"
constexpr std::size_t kLongest = 2000;

/// Has a word or mark of something wrong.
bool is_bad(const KeptRow& row) {
  for (std::size_t i = w_error; i <= w_time; ++i) {
    if (row[i] > 0) return true;
  }
  return row[bad_mark] > 0 || row[place] > 0 || row[pattern] > kWeak || row[red] > 30 ||
         row[code] > 0;
}

/// Tells more than that something is wrong. A place alone doesn't.
bool is_telling(const KeptRow& row) {
  const bool clear = row[pattern] >= kSpecific || row[place] > 0 || row[w_expect] > 0 ||
                     row[code] > 0 || row[bad_mark] > 0;
  const bool goes_on = row[colon_end] > 0 || row[ends_bad] > 0;  // what it tells comes after it
  if (row[pattern] >= kSpecific && row[place] > 0 && goes_on) return true;
  return row[telling] >= (clear ? 1 : 2);
}

bool is_passing(const KeptRow& row) {
  return (row[good_mark] > 0 && row[bad_mark] == 0) || row[w_skip] > 0 || row[level] == 2 ||
         (row[noise] > 0 && row[pattern] < 90);
}

bool is_form_only(const KeptRow& row) {
  return row[blank] > 0 || row[frame] > 0 || row[rule] > 0 || row[caret] > 0 || row[echo] > 0 ||
         row[agent] == 1;
}

bool is_summary(const KeptRow& row) {
  return row[generic] > 0 || (row[count_bad] > 0 && row[place] == 0 && row[bad_mark] == 0);
}

bool can_be_cause(const KeptRow& row) {
  return !is_form_only(row) && !is_passing(row) && !is_summary(row) && is_bad(row) &&
         is_telling(row);
}

/// Heads what is indented below it: a place with a message, a failed test, a tool's own "error:".
bool is_headline(const KeptRow& row) {
  return row[place] > 1 || row[bad_mark] > 0 || (row[label] > 0 && row[w_error] > 0);
}

/// What stands indented below a headline is no cause by itself, but the headline.
std::size_t headline_of(const KeptLines& lines, std::size_t index) {
  const KeptRow& row = lines.at(index).row;
  if (row[place] > 0 || row[bad_mark] > 0) return index;
  for (std::size_t back = 1; back <= kReach && back <= index; ++back) {
    const KeptRow& above = lines.at(index - back).row;
    const bool goes_on = back == 1 && above[place] > 0 && (above[colon_end] | above[ends_bad]) > 0;
    const bool is_above = is_headline(above) && above[indent] < row[indent];
    if ((goes_on || is_above) && can_be_cause(above)) return index - back;
  }
  return index;
}

/// A failed test's name says nothing without the line below it.
bool names_only(const KeptLines& lines, std::size_t index) {
  const KeptRow& row = lines.at(index).row;
  if (row[bad_mark] == 0 || row[place] > 0 || index + 1 >= lines.size()) return false;
  const KeptRow& below = lines.at(index + 1).row;
  return below[blank] == 0 && below[indent] > row[indent];
}

/// After what made a run fail little goes well: a line that many good ones follow was tolerated,
/// unless it is a failing test among others.
float tolerance(const FeatureRow& row) {
  const bool of_test = row[bad_mark] > 0 || row[since_bad_mark] < 30;
  return row[good_after] > kManyGood && !of_test ? kTolerated : 1.0F;
}

/// Best of the blocks that lie elsewhere.
float best_apart(const std::vector<float>& block, std::size_t index) {
  float out = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const std::size_t apart = i > index ? i - index : index - i;
    if (apart > kApart) out = std::max(out, block[i]);
  }
  return out;
}

/// A tool's own error with its place, as compilers write it.
bool is_clear(const KeptRow& row) {
  return can_be_cause(row) && row[pattern] >= kSpecific && row[place] > 0 && row[w_error] > 0;
}

/// The one clear error of a whole log needs no company: nothing else says anything.
bool is_alone(const KeptLines& lines, std::size_t index) {
  if (!is_clear(lines.at(index).row)) return false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const KeptRow& row = lines.at(i).row;
    const std::size_t apart = i > index ? i - index : index - i;
    const bool says_more = row[pattern] >= kSpecific || row[bad_mark] > 0 || row[w_crash] > 0;
    if (apart > kReach && says_more && can_be_cause(row)) return false;
  }
  return true;
}

std::string_view bare(std::string_view text) {
  text = sdk::trim(without_prefix(text));
  for (const std::string_view mark :
       {"##[error]", "\xE2\x94\x82 ", "E   ", "[error] ", "[ERROR] ", "\xE2\x9D\x8C "}) {
    if (text.substr(0, mark.size()) == mark) text = sdk::trim(text.substr(mark.size()));
  }
  return text;
}

/// "CMake Error at x:6 (find_package):" says what is wrong in the lines after it.
bool is_unfinished(std::string_view text) {
  constexpr std::string_view kFailure = ": Failure";
  return text.empty() || text.back() == ':' ||
         (text.size() > kFailure.size() && text.substr(text.size() - kFailure.size()) == kFailure);
}

}  // namespace

std::optional<Cause> find_cause(const Reader& reader, const Ranking& ranking) {
  std::vector<float> worth = smoothed(ranking.line, kReach);
  float best = 0;
  for (std::size_t i = 0; i < worth.size(); ++i) {
    worth[i] *= can_be_cause(reader.lines().at(i).row) ? tolerance(reader.features(i)) : 0;
    best = std::max(best, worth[i]);
  }
  if (best <= 0) return std::nullopt;
  const auto first = std::find_if(worth.begin(), worth.end(),
                                  [best](float value) { return value >= kAlike * best; });
  Cause out;
  out.index = headline_of(reader.lines(), static_cast<std::size_t>(first - worth.begin()));
  out.confidence = ranking.line[out.index] / 2 + ranking.block[out.index] -
                   kRival * best_apart(ranking.block, out.index);
  out.confidence *= tolerance(reader.features(out.index));
  const bool alone =
      tolerance(reader.features(out.index)) == 1.0F && is_alone(reader.lines(), out.index);
  out.sure = alone || out.confidence >= kSure;
  return out;
}

std::string cause_text(const Reader& reader, const Cause& cause) {
  const KeptLines& lines = reader.lines();
  std::string out(bare(lines.text(lines.at(cause.index))));
  bool more_to_say = names_only(lines, cause.index);
  for (std::size_t i = cause.index + 1; i < lines.size(); ++i) {
    if (!more_to_say && !is_unfinished(out)) break;
    const std::string_view more = bare(lines.text(lines.at(i)));
    if (more.empty()) continue;
    more_to_say = false;
    if (out.size() + more.size() > kLongest) break;
    out += (out.empty() ? "" : " ") + std::string(more);
  }
  return out;
}

}  // namespace adomcp::failure_logs
