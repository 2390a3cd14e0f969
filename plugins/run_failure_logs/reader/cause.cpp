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
constexpr float kLikely = 0.3F;     // of a line: it may well be marked
constexpr float kAloneFrom = 0.6F;  // confidence that the only error of a log needs
constexpr std::size_t kAhead = 12;  // lines in which an outcome is looked for
constexpr std::size_t kAbove = 10;  // lines in which the name of a failed test is
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

/// The one clear error of a whole log needs no company: nothing elsewhere says anything.
bool is_alone(const KeptLines& lines, std::size_t index) {
  if (!is_clear(lines.at(index).row)) return false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const KeptRow& row = lines.at(i).row;
    const std::size_t apart = i > index ? i - index : index - i;
    const bool crash = row[w_crash] > 0 && row[strong] >= kStrong;  // not "fatal_handler.cpp"
    const bool says_more = row[pattern] >= kSpecific || row[bad_mark] > 0 || crash;
    if (apart > kApart && says_more && can_be_cause(row)) return false;
  }
  return true;
}

bool begins(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

/// What comes after a line takes it back: a test of Go that passed in spite of what it printed, an
/// error that Ansible ignores.
bool is_taken_back(const KeptLines& lines, std::size_t index) {
  for (std::size_t i = index + 1; i < lines.size() && i <= index + kAhead; ++i) {
    const std::string_view text = sdk::trim(lines.text(lines.at(i)));
    if (begins(text, "...ignoring")) return true;
    const bool outcome =
        begins(text, "--- ") && lines.at(i).row[indent] <= lines.at(index).row[indent];
    if (outcome) return begins(text, "--- PASS") || begins(text, "--- SKIP");
    if (begins(text, "=== RUN") || begins(text, "TASK [") || begins(text, "fatal:")) return false;
  }
  return false;
}

/// The failed test that the line belongs to, where that stands above it by itself: without it
/// "Expected: 3" says nothing. Lines that passed end the search.
std::optional<std::size_t> failed_test_above(const KeptLines& lines, std::size_t index) {
  const KeptRow& row = lines.at(index).row;
  if (row[bad_mark] > 0 || row[place] > 1) return std::nullopt;
  for (std::size_t back = 1; back <= kAbove && back <= index; ++back) {
    const KeptRow& above = lines.at(index - back).row;
    if (above[good_mark] > 0 || above[agent] > 0) return std::nullopt;
    if (above[bad_mark] > 0 && above[count_bad] == 0) return index - back;
  }
  return std::nullopt;
}

std::uint8_t share(float part) {
  return static_cast<std::uint8_t>(std::clamp(part, 0.0F, 1.0F) * 255.0F);
}

/// Lines of its template, itself counted.
std::size_t twins_of(const KeptLines& lines, std::size_t index) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines.at(i).template_hash == lines.at(index).template_hash) ++out;
  }
  return out;
}

/// Blocks that are at least half as good as the best one.
std::size_t good_blocks(const std::vector<float>& block) {
  const float least = *std::max_element(block.begin(), block.end()) / 2;
  std::size_t out = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (block[i] < least) continue;
    if (out == 0 || i - last > kApart) ++out;
    last = i;
  }
  return out;
}

/// `worth`: of each line as a cause; 0 where it can't be one.
CauseRow cause_row(const Reader& reader, const Ranking& ranking, const std::vector<float>& worth,
                   std::size_t index) {
  CauseRow out{};
  const FeatureRow own = reader.features(index);
  std::copy(own.begin(), own.end(), out.begin());
  std::size_t possible = 0;
  float expected = 0;
  for (std::size_t i = 0; i < worth.size(); ++i) {
    if (worth[i] > 0 && ranking.line[i] >= kLikely) ++possible;
    expected += ranking.line[i];
  }
  out[c_line] = share(ranking.line[index]);
  out[c_block] = share(ranking.block[index]);
  out[c_apart] = share(best_apart(ranking.block, index));
  out[c_rival] = share(best_apart(worth, index));
  out[c_best] = share(*std::max_element(ranking.line.begin(), ranking.line.end()));
  out[c_blocks] = static_cast<std::uint8_t>(std::min<std::size_t>(good_blocks(ranking.block), 60));
  out[c_possible] = log_scale(possible);
  out[c_expected] = log_scale(static_cast<std::uint64_t>(expected));
  out[c_tolerated] = tolerance(own) < 1.0F ? 1 : 0;
  out[c_alone] = is_alone(reader.lines(), index) ? 1 : 0;
  out[c_twins] = log_scale(twins_of(reader.lines(), index));
  return out;
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

std::optional<Cause> find_cause(const Reader& reader, const Ranking& ranking,
                                const Weights& weights) {
  std::vector<float> worth = smoothed(ranking.line, kReach);
  float best = 0;
  for (std::size_t i = 0; i < worth.size(); ++i) {
    const bool possible = !ranking.usual[i] && can_be_cause(reader.lines().at(i).row) &&
                          !is_taken_back(reader.lines(), i);
    worth[i] *= possible ? tolerance(reader.features(i)) : 0;
    best = std::max(best, worth[i]);
  }
  if (best <= 0) return std::nullopt;
  const auto first = std::find_if(worth.begin(), worth.end(),
                                  [best](float value) { return value >= kAlike * best; });
  Cause out;
  out.index = static_cast<std::size_t>(first - worth.begin());
  const std::size_t headline = headline_of(reader.lines(), out.index);
  if (!ranking.usual[headline]) out.index = headline;
  out.row = cause_row(reader, ranking, worth, out.index);
  out.confidence = probability(weights.cause, out.row);
  const bool alone = out.row[c_alone] > 0 && out.row[c_tolerated] == 0;
  out.sure = out.confidence >= (alone ? std::min(kAloneFrom, weights.sure) : weights.sure);
  return out;
}

std::string cause_text(const Reader& reader, const Cause& cause) {
  const KeptLines& lines = reader.lines();
  std::string out(bare(lines.text(lines.at(cause.index))));
  if (const auto test = failed_test_above(lines, cause.index)) {
    out = std::string(bare(lines.text(lines.at(*test)))) + " " + out;
  }
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
