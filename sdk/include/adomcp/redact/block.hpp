// adomcp/redact/block.hpp - secrets of several lines: private keys in their armour, YAML's block
// scalars, quoted values and elements that end later. Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <adomcp/redact/value.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

inline std::size_t indent_of(std::string_view line) {
  std::size_t indent = 0;
  while (indent < line.size() && is_blank(line[indent])) ++indent;
  return indent;
}

/// Where the armour of a private key begins in `text`: five dashes (four in SSH2's) and BEGIN, and
/// what it is before the next dashes. npos: there is none.
inline std::size_t armour_at(std::string_view text) {
  for (std::size_t at = text.find("---- BEGIN "); at != std::string_view::npos;
       at = text.find("---- BEGIN ", at + 1)) {
    if (begins(text.substr(at + 11), "SSH2 ENCRYPTED PRIVATE KEY")) return at;
  }
  for (std::size_t at = text.find("-----BEGIN "); at != std::string_view::npos;
       at = text.find("-----BEGIN ", at + 11)) {
    const std::string_view name = text.substr(at + 11, 60);
    const std::size_t end = name.find("-----");
    if (end == std::string_view::npos) continue;
    const std::string_view kind = name.substr(0, end);
    if (ends(kind, "PRIVATE KEY") || ends(kind, "PRIVATE KEY BLOCK") ||
        begins(kind, "OpenVPN Static key")) {
      return at;
    }
  }
  return std::string_view::npos;
}

/// Where the armour ends in `text`, with its last dashes; npos: not here.
inline std::size_t armour_end(std::string_view text) {
  std::size_t at = text.find("---- END ");
  std::size_t dashes = 4;
  if (const std::size_t usual = text.find("-----END "); usual != std::string_view::npos) {
    at = usual;
    dashes = 5;
  }
  if (at == std::string_view::npos) return at;
  const std::size_t after = text.find(std::string_view("-----").substr(0, dashes), at + 9);
  return after == std::string_view::npos ? text.size() : after + dashes;
}

/// A line of a key without what source code puts around it: `'…',`, `"…\\n" +`.
inline std::string_view bare_key_line(std::string_view line) {
  const auto is_around = [](char c) {
    return c == '"' || c == '\'' || c == ',' || c == ' ' || c == ';' || c == '[' || c == ']' ||
           c == '(' || c == ')';
  };
  const std::string_view whole = line;
  while (!line.empty() && (is_around(line.back()) || ends(line, " +"))) line.remove_suffix(1);
  if (line.size() == whole.size()) return line;
  while (ends(line, "\\n") || ends(line, "\\r")) line.remove_suffix(2);
  while (!line.empty() && is_around(line.front())) line.remove_prefix(1);
  return line;
}

/// A line that can stand inside an armour: base64 (perhaps after a log's own prefix), a header, or
/// nothing.
inline bool is_key_line(std::string_view line) {
  constexpr std::array<std::string_view, 7> kHeaders{
      "Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:", "Charset:", "Subject:"};
  line = trim(line);
  if (begins(line, "##[")) {  // the agent's own mark: ##[debug], ##[command]
    const std::size_t close = line.substr(0, 24).find(']');
    if (close != std::string_view::npos) line = trim(line.substr(close + 1));
  }
  line = bare_key_line(line);
  if (line.empty()) return true;
  for (const std::string_view header : kHeaders) {
    if (begins(line, header)) return true;
  }
  const std::size_t blank = line.find_last_of(" \t");
  const std::string_view last = blank == std::string_view::npos ? line : line.substr(blank + 1);
  for (const char c : last) {
    if (!is_base64(c) && c != '\\' && c != '"' && c != ',') return false;
  }
  return blank == std::string_view::npos || last.size() >= 24;
}

/// What is open at a line's end.
class Block {
 public:
  enum class Kind {
    kNone,
    kArmour,   ///< until END, or the first line that can't be of a key
    kCounted,  ///< so many lines more (PuTTY's)
    kIndent,   ///< lines deeper than the name's
    kQuote,    ///< until the mark that closes it
    kElement,  ///< until `</`
  };
  Kind kind() const { return kind_; }
  bool open() const { return kind_ != Kind::kNone; }

  void armour() { start(Kind::kArmour, 300); }
  void counted(int lines) { start(Kind::kCounted, lines < 300 ? lines : 300); }
  void deeper_than(std::size_t column) {
    start(Kind::kIndent, 300);
    column_ = column;
  }
  void quoted(const Quote& quote) {
    start(Kind::kQuote, 3);
    mark_.assign(quote.mark);
    backslashes_ = quote.backslashes;
  }
  void element() { start(Kind::kElement, 4); }
  void close() { kind_ = Kind::kNone; }

  /// How much of the next line belongs to the block: bytes from its start, npos for all of it, 0
  /// for nothing. Closes where it ends.
  std::size_t follow(std::string_view line) {
    constexpr std::size_t kAll = std::string_view::npos;
    if (--left_ < 0) {
      close();
      return 0;
    }
    switch (kind_) {
      case Kind::kArmour:
        return in_armour(line);
      case Kind::kCounted: {
        const bool key = is_key_line(line) || begins(trim(line), "Private-MAC:");
        if (left_ == 0 || !key) close();
        return key ? kAll : 0;
      }
      case Kind::kIndent:
        if (trim(line).empty() || indent_of(line) > column_) return kAll;
        close();
        return 0;
      case Kind::kQuote:
        return until(quote_end(line, 0, {mark_, backslashes_}));
      case Kind::kElement:
        return until(line.find("</"));
      case Kind::kNone:
        break;
    }
    return 0;
  }

 private:
  void start(Kind kind, int lines) {
    kind_ = kind;
    left_ = lines;
  }
  std::size_t until(std::size_t end) {
    if (end != std::string_view::npos) close();
    return end;
  }
  std::size_t in_armour(std::string_view line) {
    const std::size_t end = armour_end(line);
    if (end == std::string_view::npos && is_key_line(line)) return end;
    close();
    return end == std::string_view::npos ? 0 : end;
  }

  Kind kind_ = Kind::kNone;
  int left_ = 0;  ///< lines it may still take: a mention must not hide the rest of a log
  std::size_t column_ = 0;
  std::string mark_;
  std::size_t backslashes_ = 0;
};

}  // namespace adomcp::sdk::detail
