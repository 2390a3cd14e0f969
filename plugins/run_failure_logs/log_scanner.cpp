#include "log_scanner.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxLine = 4096;  // of a line, looked at
constexpr std::size_t kMaxText = 600;   // of a line, kept
constexpr std::size_t kMaxShown = 400;  // of a line, in an answer
constexpr std::size_t kMaxBlocks = 96;
constexpr std::size_t kMaxBlockLines = 32;
constexpr std::size_t kMaxSeen = 8192;
constexpr std::size_t kBefore = 4;
constexpr int kAfter = 4;
constexpr int kAfterTraceback = 24;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
}

bool is_continuation(std::string_view text) {
  return !text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '|');
}

/// What `,{"line":N,"text":"…"}` takes as compact JSON.
std::size_t cost(const EvidenceLine& line) {
  std::size_t bytes = 21 + std::to_string(line.line).size();
  for (const char c : line.text) {
    const auto byte = static_cast<unsigned char>(c);
    bytes += c == '"' || c == '\\' || c == '\t' ? 2 : byte < 0x20 ? 6 : 1;
  }
  return bytes;
}

}  // namespace

LogScanner::LogScanner() {
  pending_.reserve(kMaxLine);
}

void LogScanner::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find_first_of("\r\n");
    const std::string_view part = piece.substr(0, end);
    if (pending_.size() < kMaxLine) pending_.append(part.substr(0, kMaxLine - pending_.size()));
    open_line_ = true;
    if (end == std::string_view::npos) return;
    end_segment();
    if (piece[end] == '\n') end_line();
    piece.remove_prefix(end + 1);
  }
}

void LogScanner::jump(std::int64_t line) {
  finish();
  next_line_ = line;
  ring_size_ = 0;
}

void LogScanner::finish() {
  if (open_line_) {
    end_segment();
    end_line();
  }
  close();
}

void LogScanner::end_segment() {
  std::string_view text = sdk::strip_timestamp(pending_);
  std::string cleaned;
  if (!is_plain(text)) {
    cleaned = sdk::clean_text(text);
    text = cleaned;
  }
  const bool in_key = redactor_.in_key();
  redactor_.skip(text);
  if (in_key || redactor_.in_key()) text = "***";
  const LineKind kind = text.empty() ? LineKind{} : classify(text);
  const bool better = kind.score == line_kind_.score ? !text.empty() && kind.score == 0
                                                     : kind.score > line_kind_.score;
  if (better) {
    line_.assign(text);
    line_kind_ = kind;
  }
  pending_.clear();
}

void LogScanner::end_line() {
  take(line_, line_kind_);
  ++next_line_;
  line_.clear();
  line_kind_ = {};
  open_line_ = false;
}

void LogScanner::take(std::string_view text, LineKind kind) {
  if (kind.score >= kWeak && seen_.size() < kMaxSeen &&
      !seen_.insert(std::hash<std::string_view>{}(sdk::trim(text))).second) {
    kind = {};  // said before
  }
  if (!extend(text, kind)) {
    close();
    if (kind.score >= kWeak) open(text, kind);
  }
  remember(text, kind.score);
}

/// Adds the line to the open block when it belongs to it.
bool LogScanner::extend(std::string_view text, LineKind kind) {
  if (!current_ || current_->lines.size() >= kMaxBlockLines) return false;
  if (kind.score >= kWeak) {
    follow_ = std::max(follow_, kAfter);
    if (kind.score > current_->score) {
      current_->score = kind.score;
      current_->pattern = kind.pattern;
      current_->anchor = current_->lines.size();
    }
  } else if (traceback_ || is_continuation(text)) {
    follow_ = std::max(follow_ - 1, traceback_ ? 1 : 0);
  } else {
    --follow_;
  }
  if (follow_ < 0) return false;
  if (traceback_ && !is_continuation(text) && !text.empty()) {
    traceback_ = false;  // the exception itself: the last line of a traceback
    follow_ = std::min(follow_, kAfter);
  }
  current_->lines.push_back({next_line_, kind.score, std::string(text.substr(0, kMaxText))});
  return true;
}

void LogScanner::open(std::string_view text, LineKind kind) {
  Block block;
  block.score = kind.score;
  block.pattern = kind.pattern;
  const std::size_t before = std::min(kBefore, ring_size_);
  for (std::size_t i = before; i > 0; --i) {
    const Line& line = ring_[(ring_next_ + kRing - i) % kRing];
    const bool taken = !blocks_.empty() && blocks_.back().lines.back().number >= line.number;
    if (!taken) block.lines.push_back(line);
  }
  block.anchor = block.lines.size();
  block.lines.push_back({next_line_, kind.score, std::string(text.substr(0, kMaxText))});
  current_ = std::move(block);
  traceback_ = text.substr(0, 9) == "Traceback";
  follow_ = traceback_ ? kAfterTraceback : kAfter;
}

void LogScanner::close() {
  if (!current_) return;
  Block block = std::move(*current_);
  current_.reset();
  traceback_ = false;
  const auto pattern = static_cast<std::size_t>(std::max(block.pattern, 0));
  if (rank_.size() <= pattern) rank_.resize(pattern + 1);
  block.rank = rank_[pattern]++;
  if (blocks_.size() == kMaxBlocks) {
    // The weakest goes; among equals the newest, so that the first ones and the last one stay.
    const auto weakest =
        std::min_element(blocks_.rbegin(), blocks_.rend(),
                         [](const Block& a, const Block& b) { return a.score < b.score; });
    dropped_ = dropped_ || std::min(weakest->score, block.score) >= kLikely;
    if (weakest->score > block.score) return;
    blocks_.erase(std::next(weakest).base());
  }
  blocks_.push_back(std::move(block));
}

void LogScanner::remember(std::string_view text, int score) {
  Line& line = ring_[ring_next_];
  line.number = next_line_;
  line.score = score;
  line.text.assign(text.substr(0, kMaxText));
  ring_next_ = (ring_next_ + 1) % kRing;
  ring_size_ = std::min(ring_size_ + 1, kRing);
}

/// Best first: the score less what repeating a kind costs. Among equals a clear error is the more
/// telling the earlier it comes, a vague one the later.
std::vector<const LogScanner::Block*> LogScanner::by_worth() const {
  std::vector<const Block*> out;
  for (const Block& block : blocks_) out.push_back(&block);
  const auto worth = [](const Block& block) { return block.score - std::min(block.rank * 2, 24); };
  std::stable_sort(out.begin(), out.end(), [&](const Block* a, const Block* b) {
    if (worth(*a) != worth(*b)) return worth(*a) > worth(*b);
    const std::int64_t first = a->lines.front().number;
    const std::int64_t second = b->lines.front().number;
    return a->score >= kLikely ? first < second : first > second;
  });
  // Beside something that says what is wrong, vague lines only cost the reader's time.
  const bool sure = !out.empty() && out.front()->score >= kSpecific;
  const auto vague = [](const Block* block) { return block->score < kLikely; };
  if (sure) out.erase(std::remove_if(out.begin(), out.end(), vague), out.end());
  return out;
}

std::optional<EvidenceLine> LogScanner::best() const {
  const auto blocks = by_worth();
  if (blocks.empty() || blocks.front()->score < kLikely) return std::nullopt;
  const Block& block = *blocks.front();
  const Line& line = block.lines[block.anchor];
  std::string text(sdk::trim(line.text));
  for (const std::string_view mark : {"##[error]", "\xE2\x94\x82 ", "E   "}) {
    if (text.compare(0, mark.size(), mark) == 0) text = sdk::trim(text.substr(mark.size()));
  }
  // "CMake Error at x:6 (find_package):" says what is wrong in the lines after it.
  const auto unfinished = [](const std::string& said) {
    return said.ends_with(':') || said.ends_with(": Failure");
  };
  for (std::size_t i = block.anchor + 1; unfinished(text) && i < block.lines.size(); ++i) {
    const std::string_view more = sdk::trim(block.lines[i].text);
    if (!more.empty()) text += ' ' + std::string(more);
  }
  return EvidenceLine{line.number, sdk::safe_text(text, kMaxShown)};
}

int LogScanner::best_score() const {
  const auto blocks = by_worth();
  return blocks.empty() ? 0 : blocks.front()->score;
}

/// Fills a budget line by line; a line is taken once.
class LogScanner::Picker {
 public:
  explicit Picker(std::size_t budget) : left_(budget) {}

  /// False when it didn't fit. A blank line is left out.
  bool take(const Line& line, std::size_t least_left = 0) {
    if (sdk::trim(line.text).empty() || has(line.number)) return true;
    EvidenceLine shown{line.number, sdk::safe_text(line.text, kMaxShown)};
    const std::size_t bytes = cost(shown);
    if (bytes + least_left > left_) return false;
    left_ -= bytes;
    lines_.push_back(std::move(shown));
    return true;
  }

  bool has(std::int64_t number) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [number](const EvidenceLine& line) { return line.line == number; });
  }

  std::size_t left() const { return left_; }
  std::vector<EvidenceLine> sorted() && {
    std::sort(lines_.begin(), lines_.end(),
              [](const EvidenceLine& a, const EvidenceLine& b) { return a.line < b.line; });
    return std::move(lines_);
  }

 private:
  std::size_t left_;
  std::vector<EvidenceLine> lines_;
};

Evidence LogScanner::evidence(std::size_t max_bytes) const {
  Picker picker(max_bytes);
  const auto blocks = by_worth();
  // First what each block is about; a third of the budget stays for what stands around it.
  for (const Block* block : blocks) picker.take(block->lines[block->anchor], max_bytes / 3);
  for (const Block* block : blocks) {
    for (std::size_t i = block->anchor; i < block->lines.size(); ++i) picker.take(block->lines[i]);
    for (std::size_t i = block->anchor; i > 0; --i) picker.take(block->lines[i - 1]);
  }
  const bool sure = !blocks.empty() && blocks.front()->score >= kLikely;
  const std::size_t tail = sure ? 2 : kRing;
  for (std::size_t i = 1; i <= std::min(tail, ring_size_); ++i) {
    if (!picker.take(ring_[(ring_next_ + kRing - i) % kRing])) break;
  }
  Evidence out;
  out.truncated = dropped_;
  for (const Block* block : blocks) {
    for (const Line& line : block->lines) {
      out.truncated = out.truncated || (line.score >= kLikely && !picker.has(line.number));
    }
  }
  out.lines = std::move(picker).sorted();
  return out;
}

}  // namespace adomcp::failure_logs
