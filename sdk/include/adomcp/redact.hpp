// adomcp/redact.hpp - takes secrets out of text: `***` in their place. By shape (tokens of known
// services, JSON web tokens, private keys, hashes of passwords, base64 of one of them), by name
// (password=…, "apiKey": …, --token …, <Password>…, Authorization: …), in calls, protocols and
// links. Three forms stay:
// 1. what has neither a known shape nor a name, such as a lone GUID or 32 bytes in base64: nobody
//    can tell it from an id or a hash;
// 2. what is named elsewhere than right beside it: in a sentence ("the password for bob is …"), in
//    a table's head, or only by its place among the arguments of a program that isn't known here;
// 3. an ordinary word where such words stand for other things: "licenseKey=Trial", "secret:
//    db-credentials", "password: weak".
// Linear in its input; masking twice changes nothing.
#pragma once

#include <adomcp/redact/line.hpp>
#include <adomcp/separate.hpp>
#include <adomcp/text.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::sdk {

/// Takes secrets out of a text line by line. It remembers between lines what is open: a private
/// key, a block of YAML, a token that was wrapped.
class Redactor {
 public:
  /// One line, without its line feed; a text with some is taken line by line.
  std::string line(std::string_view text);

  /// Of the last line's predecessor, how many bytes at its end turned out to be the first half of a
  /// token, now that the second was seen; 0: none.
  std::size_t completed() const { return completes_ ? before_ : 0; }

  /// Follows private keys without copying the text, for lines that nobody will see.
  void skip(std::string_view text);

  /// True while a private key has begun and not ended.
  bool in_key() const { return carried_.block.kind() == detail::Block::Kind::kArmour; }

 private:
  /// What is hidden may show what stood beside it in another light: until nothing changes.
  static void settle(std::string& out, const detail::Carried& before);
  std::string lines(std::string_view text);

  detail::Carried carried_;
  std::size_t tail_ = 0;
  std::size_t before_ = 0;
  bool completes_ = false;
};

/// A whole text (several lines) without its secrets.
ADOMCP_SDK_FUNCTION std::string redact(std::string_view text);

/// What a tool may hand on of a text from outside: cleaned, without secrets, at most `max_bytes`.
ADOMCP_SDK_FUNCTION std::string safe_text(std::string_view text, std::size_t max_bytes);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION std::string Redactor::line(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) return lines(text);
  const detail::Carried before = carried_;
  detail::Line line(text, carried_);
  before_ = tail_;
  std::string out = line.run();
  completes_ = line.completes();
  if (line.found()) settle(out, before);
  if (!detail::ends(out, carried_.tail)) carried_.tail.clear();
  tail_ = carried_.tail.size();
  return out;
}

ADOMCP_SDK_FUNCTION void Redactor::skip(std::string_view text) {
  detail::Block& block = carried_.block;
  if (block.kind() == detail::Block::Kind::kArmour) {
    const std::size_t part = block.follow(text);
    if (part == std::string_view::npos) return;
    text.remove_prefix(part);
  } else {
    block.close();
  }
  const std::size_t begin = text.find("PRIVATE KEY");
  if (begin == std::string_view::npos) return;
  const std::size_t armour = detail::armour_at(text);
  if (armour != std::string_view::npos &&
      detail::armour_end(text.substr(armour)) == std::string_view::npos) {
    block.armour();
  }
}

ADOMCP_SDK_FUNCTION void Redactor::settle(std::string& out, const detail::Carried& before) {
  constexpr int kMostTimes = 6;
  for (int i = 0; i < kMostTimes; ++i) {
    detail::Carried again = before;
    std::string next = detail::Line(out, again).run();
    if (next == out) return;
    out = std::move(next);
  }
}

ADOMCP_SDK_FUNCTION std::string Redactor::lines(std::string_view text) {
  std::string out;
  for (bool first = true;; first = false) {
    const std::size_t end = text.find('\n');
    const bool was_open = carried_.block.open() && !first;
    std::string one = line(text.substr(0, end));
    if (const std::size_t half = completed(); half > 0 && !first) {
      out.replace(out.size() - half, half, detail::kMask);
    }
    // Lines that are hidden as one block are one mask.
    const bool more =
        was_open && detail::begins(one, detail::kMask) && detail::ends(out, detail::kMask);
    if (!first && !more) out += '\n';
    out += more ? one.substr(detail::kMask.size()) : one;
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

ADOMCP_SDK_FUNCTION std::string redact(std::string_view text) {
  std::string out = Redactor().line(text);
  constexpr int kMostTimes = 4;
  for (int i = 0; i < kMostTimes && out != text; ++i) {
    std::string next = Redactor().line(out);
    if (next == out) break;
    out = std::move(next);
  }
  return out;
}

ADOMCP_SDK_FUNCTION std::string safe_text(std::string_view text, std::size_t max_bytes) {
  // Bounded before the work, with room for what cleaning takes away.
  return shorten(redact(clean_text(text.substr(0, max_bytes * 4 + 1024))), max_bytes);
}

}  // namespace adomcp::sdk

#endif
