#include "search_pattern.h"

#include <adomcp/plugin.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/text.hpp>
#include <algorithm>
#include <cstdint>
#include <utility>

namespace adomcp::logs {
namespace {

constexpr std::int64_t kMaxMemory = std::int64_t{4} << 20;  // of a compiled pattern and its DFA
constexpr int kMaxProgram = 4000;  // instructions: without a DFA each may cost a step a byte
constexpr std::size_t kMaxSaid = 300;
constexpr std::size_t kMaxWords = 32;  // looked for in a line before it is masked
constexpr int kMinWord = 2;            // shorter ones are in most lines

[[noreturn]] void refuse(const std::string& why) {
  throw ToolError(why, ADOMCP_INVALID_ARGUMENT);
}

re2::RE2::Options options_for(bool ignore_case, bool literal) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  options.set_case_sensitive(!ignore_case);
  options.set_literal(literal);
  return options;
}

std::unique_ptr<const re2::RE2> compiled(const std::string& pattern, bool ignore_case,
                                         bool literal) {
  return std::make_unique<const re2::RE2>(pattern, options_for(ignore_case, literal));
}

/// A mask is made of asterisks, and beyond ASCII letters have more than two cases.
bool stays_as_it_is(char c) {
  return c >= ' ' && c <= '~' && c != '*';
}

/// The longest part of a literal text that stays as it is where the text stands.
std::string longest_part(const std::string& text) {
  std::string best;
  std::string part;
  for (const char c : text) {
    if (stays_as_it_is(c)) {
      part += c;
    } else {
      part.clear();
    }
    if (part.size() > best.size()) best = part;
  }
  return sdk::to_lower(best);
}

/// The signs beyond ASCII that are a k or an s to who ignores case.
bool has_odd_letters(std::string_view text) {
  return text.find("\u212A") != std::string_view::npos ||
         text.find("\u017F") != std::string_view::npos;
}

std::string advice_for(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorMissingParen:
    case re2::RE2::ErrorMissingBracket:
    case re2::RE2::ErrorRepeatArgument:
      return R"( To look for text as it is, put it between \Q and \E, or a \ before each of )"
             R"(( ) [ ] { } . * + ? | ^ $ and \.)";
    case re2::RE2::ErrorBadPerlOp:
    case re2::RE2::ErrorBadEscape:
      return R"( RE2 has no lookaround ((?=…), (?!…), (?<…)) and no backreferences (\1): leave )"
             R"(them out and look at the lines found.)";
    case re2::RE2::ErrorRepeatSize:
    case re2::RE2::ErrorPatternTooLarge:
      return " Use smaller counts in {…}, at most 1000.";
    default:
      return R"( For text as it is, write \Q…\E.)";
  }
}

}  // namespace

SearchPattern::SearchPattern(const std::string& pattern, bool ignore_case) {
  if (sdk::trim(pattern).empty()) refuse("pattern is empty. Say what to look for.");
  re_ = compiled(pattern, ignore_case, false);
  if (!re_->ok()) {
    refuse("pattern is no RE2 pattern: " + sdk::quoted(re_->error(), kMaxSaid) + "." +
           advice_for(re_->error_code()));
  }
  if (re_->ProgramSize() > kMaxProgram) {
    refuse("pattern is too large for a search. Use smaller counts in {…} and fewer alternatives.");
  }
  if (re2::RE2::PartialMatch("", *re_)) {
    refuse(
        "pattern matches an empty text, and so every line. Say what the line must have, or read "
        "the log with read_run_log.");
  }
  if (re2::RE2::QuoteMeta(pattern) != pattern) literal_ = compiled(pattern, ignore_case, true);
  find_words(pattern, options_for(ignore_case, false));
}

void SearchPattern::find_words(const std::string& pattern, const re2::RE2::Options& options) {
  auto filter = std::make_unique<re2::FilteredRE2>(kMinWord);
  int id = 0;
  if (filter->Add(pattern, options, &id) != re2::RE2::NoError) return;
  filter->Compile(&words_);
  if (words_.empty() || words_.size() > kMaxWords) return;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!std::all_of(words_[i].begin(), words_[i].end(), stays_as_it_is)) {
      unknown_.push_back(static_cast<int>(i));
    }
  }
  literal_word_ = longest_part(pattern);
  filter_ = std::move(filter);
  if (has_words("")) filter_.reset();  // it can do without any
}

bool SearchPattern::has_words(const std::string& lowered) const {
  std::vector<int> there = unknown_;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (lowered.find(words_[i]) != std::string::npos) there.push_back(static_cast<int>(i));
  }
  std::vector<int> passed;
  filter_->AllPotentials(there, &passed);
  return !passed.empty();
}

bool SearchPattern::may_match_masked(std::string_view unmasked) const {
  if (!filter_ || has_odd_letters(unmasked)) return true;
  const std::string lowered = sdk::to_lower(unmasked);
  if (literal_ && lowered.find(literal_word_) != std::string::npos) return true;
  return has_words(lowered);
}

bool SearchPattern::matches(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re_);
}

bool SearchPattern::stands_in(std::string_view text) const {
  return literal_ && re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *literal_);
}

SearchPattern::Place SearchPattern::place_in(std::string_view text) const {
  const re2::StringPiece in(text.data(), text.size());
  for (const re2::RE2* const re : {re_.get(), literal_.get()}) {
    re2::StringPiece found;
    if (re == nullptr || !re->Match(in, 0, in.size(), re2::RE2::UNANCHORED, &found, 1)) continue;
    return {static_cast<std::size_t>(found.data() - in.data()), found.size()};
  }
  return {};
}

}  // namespace adomcp::logs
