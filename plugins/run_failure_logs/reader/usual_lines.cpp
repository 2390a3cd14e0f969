#include "usual_lines.h"

#include <adomcp/redact.hpp>
#include <algorithm>
#include <array>
#include <string>

#include "hash.h"
#include "kept_lines.h"
#include "line_features.h"

namespace adomcp::failure_logs {

namespace {

/// What may stand before a number that decides.
constexpr std::array<std::string_view, 16> kDeciding = {
    "status", "code",   "got",    "exit",     "expected", "wanted", "returned", "http",
    "error",  "signal", "actual", "received", "errno",    "!=",     "==",       "was"};

/// The word or sign before `at`, without what separates them.
std::string_view word_before(std::string_view text, std::size_t at) {
  constexpr std::string_view kBetween = " :('\"[";
  std::size_t end = at;
  while (end > 0 && at - end < 4 && kBetween.find(text[end - 1]) != std::string_view::npos) --end;
  std::size_t begin = end;
  const bool sign = end > 0 && text[end - 1] == '=';
  while (begin > 0 && end - begin < 12) {
    const char c = text[begin - 1];
    if (sign ? c != '=' && c != '!' : !sdk::is_alpha(c)) break;
    --begin;
  }
  return text.substr(begin, end - begin);
}

bool decides(std::string_view text, std::size_t begin, std::size_t end) {
  if (end < text.size() && text[end] == '%') return true;
  const std::string_view word = word_before(text, begin);
  return std::any_of(kDeciding.begin(), kDeciding.end(), [word](std::string_view one) {
    return word.size() >= one.size() && sdk::iequals(word.substr(word.size() - one.size()), one);
  });
}

/// The line's template with the numbers in it that decide.
std::uint64_t key_of(std::string_view text) {
  std::uint64_t out = template_of(text);
  for (std::size_t at = 0; at < text.size();) {
    if (!sdk::is_digit(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && (sdk::is_digit(text[at]) || text[at] == '.')) ++at;
    const bool within = begin > 0 && sdk::is_alnum(text[begin - 1]);
    if (!within && decides(text, begin, at)) {
      out = fnv1a(text.substr(begin, at - begin), out);
    }
  }
  return out * 0x9E3779B97F4A7C15;
}

}  // namespace

void UsualLines::feed(std::string_view piece) {
  cutter_.feed(
      piece, [this](std::string_view segment) { add(segment); }, [] {});
}

void UsualLines::finish() {
  cutter_.finish([this](std::string_view segment) { add(segment); }, [] {});
}

bool UsualLines::has(std::string_view text) const {
  const std::uint64_t key = key_of(text);
  return has_bit(static_cast<std::uint32_t>(key >> 42U)) &&
         has_bit(static_cast<std::uint32_t>(key >> 10U) % kBits);
}

void UsualLines::add(std::string_view segment) {
  std::string_view text = sdk::strip_timestamp(segment);
  std::string cleaned;
  if (!is_plain(text)) {
    cleaned = sdk::clean_text(text);
    text = cleaned;
  }
  const std::uint64_t key = key_of(sdk::truncate_utf8(text, KeptLines::kMaxText));
  for (const std::uint32_t bit :
       {static_cast<std::uint32_t>(key >> 42U), static_cast<std::uint32_t>(key >> 10U) % kBits}) {
    bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

}  // namespace adomcp::failure_logs
