#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace adomcp::failure_logs {

/// What a word in a log tells of, whatever the tool.
enum class WordClass : std::uint8_t {
  kNone,
  kError,
  kFail,
  kCrash,
  kExpect,
  kNegative,
  kMissing,
  kTime,
  kWarn,
  kPass,
  kSkip,
  kInfo,
  kFetch,
  kCode,
  kLint,
  kExit,
  kTest,
  kSummary,
  kGlue,
  kCount
};

constexpr std::size_t kWordClasses = static_cast<std::size_t>(WordClass::kCount);

/// One pass over a line: its words by class, its bytes by kind, and its template.
struct Words {
  std::array<std::uint8_t, kWordClasses> count{};  ///< capped at 255
  std::uint32_t words = 0;                         ///< all of them
  std::uint32_t telling = 0;  ///< plain words, not of a path or name, that no list holds
  std::uint32_t letters = 0, upper = 0, digits = 0, blanks = 0, beyond_ascii = 0;
  std::uint32_t template_hash = 0;     ///< equal for lines that differ in numbers and hashes only
  WordClass first = WordClass::kNone;  ///< class of the first word
  WordClass last = WordClass::kNone;   ///< class of the last word
};

/// Words are runs of letters; "NullPointerException" is three. Linear, no allocation.
Words read_words(std::string_view text);

}  // namespace adomcp::failure_logs
