#include "choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>

namespace adomcp::failure_logs {

namespace {

constexpr float kBlankWorth = 0.8F;
constexpr float kLengthMatters = 0.4F;  // exponent: a long line must be worth more
constexpr float kLikely = 0.5F;         // of the best block: likely a part of the failure
constexpr float kSureFloor = 0.06F;     // of the best block, in a sure answer
constexpr std::size_t kTailLines = 10;
constexpr std::size_t kTailShare = 8;  // the end takes at most this part of the budget
constexpr std::size_t kMaxMisses = 64;
constexpr int kMaxCopies = 2;

class Chooser {
 public:
  Chooser(const Reader& reader, const Ranking& ranking, const Budget& budget, const Cost& cost)
      : lines_(reader.lines()),
        ranking_(ranking),
        left_(budget),
        cost_(cost),
        taken_(lines_.size()) {}

  std::vector<std::size_t> run(bool sure) {
    const std::size_t count = lines_.size();
    if (count == 0) return {};
    best_ = *std::max_element(ranking_.block.begin(), ranking_.block.end());
    take_ends();
    if (!sure) take_tail();
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<float> worth(count);
    for (std::size_t i = 0; i < count; ++i) worth[i] = worth_of(i);
    std::stable_sort(order.begin(), order.end(),
                     [&worth](std::size_t a, std::size_t b) { return worth[a] > worth[b]; });
    std::size_t misses = 0;
    for (const std::size_t index : order) {
      if (sure && ranking_.block[index] < kSureFloor * best_) continue;
      if (!take(index) && ++misses > kMaxMisses) break;
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < count; ++i) {
      if (taken_[i]) out.push_back(i);
    }
    return out;
  }

 private:
  bool is_blank(std::size_t index) const { return lines_.at(index).row[blank] > 0; }

  float worth_of(std::size_t index) const {
    const auto size =
        static_cast<float>(27 + std::min<std::size_t>(lines_.at(index).text_size, 200));
    const float factor = is_blank(index) ? kBlankWorth : 1.0F;
    return ranking_.block[index] * factor / std::pow(size, kLengthMatters);
  }

  /// The best line, and the first and the last of those that are likely.
  void take_ends() {
    std::size_t first = lines_.size();
    std::size_t last = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_blank(i)) continue;
      if (ranking_.block[i] > ranking_.block[best]) best = i;
      if (ranking_.block[i] < kLikely * best_) continue;
      first = std::min(first, i);
      last = i;
    }
    take(best);
    if (first < lines_.size()) {
      take(first);
      take(last);
    }
  }

  void take_tail() {
    std::size_t room = left_.bytes / kTailShare;
    std::size_t taken = 0;
    for (std::size_t i = lines_.size(); i > 0 && taken < std::min(kTailLines, left_.lines / 12);
         --i) {
      if (is_blank(i - 1) || taken_[i - 1]) continue;
      const std::size_t bytes = cost_(i - 1);
      if (bytes > room) break;
      room -= bytes;
      if (take(i - 1)) ++taken;
    }
  }

  /// False when it didn't fit.
  bool take(std::size_t index) {
    if (taken_[index]) return true;
    if (left_.lines == 0) return false;
    if (is_copy(index)) return true;
    const std::size_t bytes = cost_(index);
    if (bytes > left_.bytes) return false;
    left_.bytes -= bytes;
    --left_.lines;
    taken_[index] = 1;
    return true;
  }

  /// Shown twice already with the same line after it: the same error, said again.
  bool is_copy(std::size_t index) {
    if (lines_.at(index).row[strong] < kStrong) return false;
    std::size_t key = 0;
    for (std::size_t i = index; i <= std::min(index + 1, lines_.size() - 1); ++i) {
      key = key * 31 + std::hash<std::string_view>{}(lines_.text(lines_.at(i)));
    }
    return ++copies_[key] > kMaxCopies;
  }

  const KeptLines& lines_;
  const Ranking& ranking_;
  Budget left_;
  const Cost& cost_;
  std::vector<char> taken_;
  std::unordered_map<std::size_t, int> copies_;
  float best_ = 0;
};

}  // namespace

std::vector<std::size_t> choose_lines(const Reader& reader, const Ranking& ranking, bool sure,
                                      const Budget& budget, const Cost& cost) {
  return Chooser(reader, ranking, budget, cost).run(sure);
}

}  // namespace adomcp::failure_logs
