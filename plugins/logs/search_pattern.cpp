#include "search_pattern.h"

#include <adomcp/plugin.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/text.hpp>
#include <cstdint>

namespace adomcp::logs {
namespace {

constexpr std::int64_t kMaxMemory = std::int64_t{4} << 20;  // of a compiled pattern and its DFA
constexpr int kMaxProgram = 4000;  // instructions: without a DFA each may cost a step a byte
constexpr std::size_t kMaxSaid = 300;

[[noreturn]] void refuse(const std::string& why) {
  throw ToolError(why, ADOMCP_INVALID_ARGUMENT);
}

std::unique_ptr<const re2::RE2> compiled(const std::string& pattern, bool ignore_case,
                                         bool literal) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  options.set_case_sensitive(!ignore_case);
  options.set_literal(literal);
  return std::make_unique<const re2::RE2>(pattern, options);
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
  const auto has = [&](const char* part) { return pattern.find(part) != std::string::npos; };
  tells_before_masking_ = !has("\\*") && !has("[*") && !has("**") && !(has("\\Q") && has("*"));
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
