#include "log_scanner.h"

#include <algorithm>
#include <utility>

#include "reader/choice.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxShown = 400;   // of a line, in an answer
constexpr std::size_t kMaxBeside = 200;  // of a line that tells less
constexpr float kTelling = 0.5F;         // of the best block

/// What `,{"line":N,"text":"…"}` takes as compact JSON.
std::size_t cost_of(const EvidenceLine& line) {
  std::size_t bytes = 21 + std::to_string(line.line).size();
  for (const char c : line.text) {
    const auto byte = static_cast<unsigned char>(c);
    bytes += c == '"' || c == '\\' || c == '\t' ? 2 : byte < 0x20 ? 6 : 1;
  }
  return bytes;
}

}  // namespace

void LogScanner::feed(std::string_view piece) {
  cutter_.feed(
      piece, [this](std::string_view segment) { end_segment(segment); }, [this] { end_line(); });
}

void LogScanner::jump(std::int64_t line) {
  end_open_line();
  next_line_ = line;
}

void LogScanner::end_open_line() {
  cutter_.finish([this](std::string_view segment) { end_segment(segment); },
                 [this] { end_line(); });
}

void LogScanner::finish(const UsualLines* usual) {
  end_open_line();
  if (finished_) return;
  finished_ = true;
  reader_.finish();
  ranking_ = rank_lines(reader_, weights_.line, usual);
  if (!ranking_.block.empty()) {
    best_block_ = *std::max_element(ranking_.block.begin(), ranking_.block.end());
  }
  cause_ = find_cause(reader_, ranking_, weights_);
}

std::optional<EvidenceLine> LogScanner::best() const {
  if (!cause_) return std::nullopt;
  const KeptLine& line = reader_.lines().at(cause_->index);
  return EvidenceLine{line.number, sdk::safe_text(cause_text(reader_, *cause_), kMaxShown)};
}

EvidenceLine LogScanner::shown(std::size_t index) const {
  const KeptLine& line = reader_.lines().at(index);
  const bool tells = ranking_.block[index] >= kTelling * best_block_;
  return {line.number, sdk::safe_text(reader_.lines().text(line), tells ? kMaxShown : kMaxBeside)};
}

std::size_t LogScanner::cost(std::size_t index) const {
  return cost_of(shown(index));
}

Evidence LogScanner::evidence(std::size_t max_bytes, std::size_t max_lines) const {
  if (!finished_) return {};
  const KeptLines& kept = reader_.lines();
  const auto chosen = choose_lines(reader_, ranking_, sure(), {max_bytes, max_lines},
                                   [this](std::size_t index) { return cost(index); });
  Evidence out;
  out.truncated = kept.dropped_strong();
  std::size_t next = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool is_shown = next < chosen.size() && chosen[next] == i;
    if (is_shown) {
      out.lines.push_back(shown(i));
      ++next;
    }
    const KeptRow& row = kept.at(i).row;
    const bool likely = row[pattern] >= kSpecific ||
                        (row[strong] >= kStrong && ranking_.block[i] >= kTelling * best_block_);
    out.truncated = out.truncated || (!is_shown && likely);
  }
  return out;
}

void LogScanner::end_segment(std::string_view raw) {
  std::string_view text = sdk::strip_timestamp(raw);
  Colours colours;
  const bool plain = is_plain(text);
  if (!plain || !colours_.plain()) colours = colours_.follow(text);
  std::string cleaned;
  if (!plain) {
    cleaned = sdk::clean_text(text);
    text = cleaned;
  }
  const bool in_key = redactor_.in_key();
  redactor_.skip(text);
  if (in_key || redactor_.in_key()) text = "***";
  const LineFacts facts = line_facts(text, colours, kinds_);
  const bool better = !any_segment_ || facts.row[strong] > facts_.row[strong] ||
                      (facts.row[strong] == facts_.row[strong] && facts.row[blank] == 0);
  if (better) {
    line_.assign(text);
    facts_ = facts;
    any_segment_ = true;
  }
}

void LogScanner::end_line() {
  reader_.add(next_line_, line_, facts_);
  ++next_line_;
  line_.clear();
  any_segment_ = false;
}

}  // namespace adomcp::failure_logs
