#include "colour.h"

#include <algorithm>

namespace adomcp::failure_logs {

namespace {

constexpr char kEscape = '\x1B';

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void ColourState::reset() {
  ink_ = paper_ = Ink::kPlain;
  bold_ = false;
}

Colours ColourState::follow(std::string_view raw) {
  Colours out;
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t next = std::min(raw.find(kEscape, at), raw.size());
    count(raw.substr(at, next - at), out);
    at = next < raw.size() ? escape(raw, next) : next;
  }
  return out;
}

/// Reads the escape at `at`; gives the place after it.
std::size_t ColourState::escape(std::string_view raw, std::size_t at) {
  if (at + 1 >= raw.size() || raw[at + 1] != '[') return at + 1;
  std::size_t end = at + 2;
  while (end < raw.size() && raw[end] >= 0x20 && raw[end] <= 0x3F) ++end;
  if (end >= raw.size()) return end;
  if (raw[end] == 'm') apply(raw.substr(at + 2, end - at - 2));
  return end + 1;
}

void ColourState::apply(std::string_view parameters) {
  if (parameters.empty()) return reset();
  int code = 0;
  int skip = 0;  // of 38;5;N and 38;2;R;G;B
  bool extended = false;
  for (std::size_t i = 0; i <= parameters.size(); ++i) {
    const char c = i < parameters.size() ? parameters[i] : ';';
    if (is_digit(c)) {
      code = std::min(code * 10 + (c - '0'), 1000);
      continue;
    }
    if (extended) {
      skip = code == 2 ? 3 : 1;
      extended = false;
    } else if (skip > 0) {
      // Of the 256 colours those that mean red: 1, 9, and the bright ones of the cube.
      const bool red = code == 1 || code == 9 || code == 160 || code == 196 || code == 203;
      if (red && skip == 1) ink_ = Ink::kRed;
      --skip;
    } else if (code == 38 || code == 48) {
      extended = true;
      if (code == 38) ink_ = Ink::kOther;
    } else {
      apply(code);
    }
    code = 0;
  }
}

void ColourState::apply(int code) {
  const auto ink_of = [](int colour) {
    if (colour == 1) return Ink::kRed;
    if (colour == 2) return Ink::kGreen;
    if (colour == 3) return Ink::kYellow;
    return colour == 0 || colour == 7 ? Ink::kPlain : Ink::kOther;
  };
  if (code == 0) reset();
  if (code == 1) bold_ = true;
  if (code == 22) bold_ = false;
  if (code >= 30 && code <= 37) ink_ = ink_of(code - 30);
  if (code >= 90 && code <= 97) ink_ = ink_of(code - 90);
  if (code >= 40 && code <= 47) paper_ = ink_of(code - 40);
  if (code == 39) ink_ = Ink::kPlain;
  if (code == 49) paper_ = Ink::kPlain;
}

void ColourState::count(std::string_view text, Colours& out) const {
  const auto blanks = std::count_if(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  const std::size_t bytes = text.size() - static_cast<std::size_t>(blanks);
  out.visible += bytes;
  if (bold_) out.bold += bytes;
  if (paper_ != Ink::kPlain) out.banner += bytes;
  const Ink ink = paper_ == Ink::kRed ? Ink::kRed : ink_;
  if (ink == Ink::kRed) out.red += bytes;
  if (ink == Ink::kGreen) out.green += bytes;
  if (ink == Ink::kYellow) out.yellow += bytes;
  if (ink == Ink::kOther) out.other += bytes;
}

}  // namespace adomcp::failure_logs
