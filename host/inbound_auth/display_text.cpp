#include "inbound_auth/display_text.h"

#include <algorithm>

#include "core/text.h"

namespace adomcp::inbound_auth {
namespace {

/// Bytes of the hidden character at `text`'s start, 0 when it is a visible one.
std::size_t hidden_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto third_in = [&](unsigned low, unsigned high) {
    return byte(2) >= low && byte(2) <= high;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && ((byte(1) >= 0x80 && byte(1) <= 0x9F) || byte(1) == 0xAD)) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80 && (third_in(0x8B, 0x8F) || third_in(0xA8, 0xAE))) {
    return 3;  // U+200B to U+200F, U+2028 to U+202E
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81 && third_in(0xA0, 0xAF)) return 3;  // U+2060 to U+206F
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;       // U+FEFF
  return 0;
}

}  // namespace

std::string display_text(std::string_view text, std::size_t max_bytes) {
  text = truncate_utf8(text, max_bytes);
  std::string out;
  while (!text.empty()) {
    const std::size_t hidden = hidden_length(text);
    out += hidden > 0 ? ' ' : text.front();
    text.remove_prefix(std::max<std::size_t>(hidden, 1));
  }
  return out;
}

}  // namespace adomcp::inbound_auth
