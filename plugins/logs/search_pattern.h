#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

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

  /// False when a masked line may match though the unmasked one doesn't: the pattern has
  /// asterisks of its own.
  bool tells_before_masking() const { return tells_before_masking_; }

 private:
  std::unique_ptr<const re2::RE2> re_;
  std::unique_ptr<const re2::RE2> literal_;  ///< null: the same as re_
  bool tells_before_masking_ = true;
};

}  // namespace adomcp::logs
