#include "core/nearest_name.h"

#include <algorithm>
#include <string>

#include "core/edit_distance.h"
#include "core/text.h"

namespace adomcp {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kShortestStem = 3;

bool parts(char c) {
  return c == '_' || c == '-' || c == '$' || c == ' ';
}

std::string plain(std::string_view name) {
  std::string out = to_lower(name);
  out.erase(std::remove_if(out.begin(), out.end(), parts), out.end());
  return out;
}

/// Whether a part of `word` ends before `at`.
bool is_seam(std::string_view word, std::size_t at) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return parts(word[at]) || (upper(word[at]) && !upper(word[at - 1]) && !parts(word[at - 1]));
}

/// Names beside what is compared of them.
class Names {
 public:
  explicit Names(const std::vector<std::string_view>& known) : known_(known) {
    plain_.reserve(known.size());
    for (const auto name : known) {
      plain_.push_back(name.size() > kLongestWord ? std::string() : plain(name));
    }
  }

  std::string_view same(const std::string& word) const {
    return word.empty() ? std::string_view()
                        : first([&](const auto& name) { return name == word; });
  }
  std::string_view begun(const std::string& word) const {
    if (word.size() < kShortestStem) return {};
    return first([&](const auto& name) { return name.starts_with(word); });
  }
  /// `word` as it was written.
  std::string_view begins(std::string_view word) const {
    for (std::size_t end = word.empty() ? 0 : word.size() - 1; end >= kShortestStem; --end) {
      if (!is_seam(word, end)) continue;
      if (const auto found = same(plain(word.substr(0, end))); !found.empty()) return found;
    }
    return {};
  }
  std::string_view closest(const std::string& word) const {
    std::string_view best;
    std::size_t best_distance = 1 + std::max<std::size_t>(1, word.size() / 3);
    for (std::size_t i = 0; i < plain_.size(); ++i) {
      const std::size_t found = edit_distance(word, plain_[i]);
      if (found >= best_distance || found >= std::max(word.size(), plain_[i].size())) continue;
      best = known_[i];
      best_distance = found;
    }
    return best;
  }

 private:
  template <typename Is>
  std::string_view first(const Is& is) const {
    const auto found = std::find_if(plain_.begin(), plain_.end(), is);
    if (found == plain_.end()) return {};
    return known_[static_cast<std::size_t>(found - plain_.begin())];
  }

  const std::vector<std::string_view>& known_;
  std::vector<std::string> plain_;
};

}  // namespace

std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > kLongestWord) return {};
  const Names names(known);
  const std::string bare = plain(word);
  if (const auto found = names.same(bare); !found.empty()) return found;
  if (const auto found = names.begun(bare); !found.empty()) return found;
  if (const auto found = names.begins(word); !found.empty()) return found;
  return bare.empty() ? std::string_view() : names.closest(bare);
}

}  // namespace adomcp
