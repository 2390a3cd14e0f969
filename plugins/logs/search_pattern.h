#pragma once

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::logs {

/// What is looked for: an RE2 pattern, in time linear in the line and in bounded memory. Beside it
/// the pattern's own text, for who writes ##[error] and means just that. Thread-safe.
class SearchPattern {
 public:
  static constexpr std::size_t kMaxLength = 500;

  /// Throws ToolError, with what to change, for a pattern that can't be or finds every line.
  SearchPattern(const std::string& pattern, bool ignore_case);

  /// Where in the line the match is.
  struct Place {
    std::size_t from = 0;
    std::size_t size = 0;
  };

  bool matches(std::string_view text) const;
  /// Whether the pattern's text, taken literally, stands in the line. Always false where that is
  /// what matches() looks for.
  bool stands_in(std::string_view text) const;
  /// Of the match, else of the literal text.
  Place place_in(std::string_view text) const;

  /// Whether this line could match in any way, or have the literal text, once secrets in it are
  /// masked. Where it says false, no masking makes a match: the line lacks words that every match
  /// has. Only the words count, so it tells nothing of what is masked.
  bool may_match_masked(std::string_view unmasked) const;

 private:
  void find_words(const std::string& pattern, const re2::RE2::Options& options);
  bool has_words(const std::string& lowered) const;

  std::unique_ptr<const re2::RE2> re_;
  std::unique_ptr<const re2::RE2> literal_;  ///< null: the same as re_
  /// Knows which words a match must have, in small letters; null: nothing is known.
  std::unique_ptr<const re2::FilteredRE2> filter_;
  std::vector<std::string> words_;  ///< those that a line is looked through for
  std::vector<int> unknown_;        ///< words that masking or case may hide: taken to be there
  std::string literal_word_;        ///< a part of the literal text; empty: nothing is known
};

}  // namespace adomcp::logs
