#include "azure_devops/plain_literal.h"
#include "core/json.h"
#include "core/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::string_view kMarkup = "\"\\<>&`*[]~^$\x7f";

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hex(char c) {
  return hex_value(c) >= 0;
}

std::string escaped(char c) {
  return "\\u00" + hex_text({&c, 1});
}

/// An ASCII character with something of Markdown or HTML in it, or that wouldn't be seen, at `i`.
bool needs_escape(std::string_view text, std::size_t i) {
  const char c = text[i];
  const char before = i == 0 ? ' ' : text[i - 1];
  const char after = i + 1 == text.size() ? ' ' : text[i + 1];
  if (c == ' ') return before == ' ' || i + 1 == text.size();
  if (c == '_') return !is_alnum(before) || !is_alnum(after);  // inside a word it is no emphasis
  return kMarkup.find(c) != std::string_view::npos;
}

/// The rest of a string as JSON has it in ASCII, without quotes: what isn't ASCII, and controls.
std::string json_escape(std::string_view text) {
  const auto quoted = ascii_json_text(json(text));
  return quoted.substr(1, quoted.size() - 2);
}

std::string inner(std::string_view text, bool short_escapes) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      std::size_t end = i;
      while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) ++end;
      out += json_escape(text.substr(i, end - i));
      i = end;
      continue;
    }
    if (c < ' ' && short_escapes) {
      out += json_escape(text.substr(i, 1));
    } else if (c < ' ' || needs_escape(text, i)) {
      out += escaped(c);
    } else {
      out += c;
    }
    ++i;
  }
  return out;
}

/// Whether a backslash before it could be read as an escape, or swallowed by Markdown.
bool takes_backslash(std::string_view next) {
  if (next.empty() || !is_alnum(next.front())) return true;
  if (next.front() != 'u' || next.size() < 5) return false;
  return is_hex(next[1]) && is_hex(next[2]) && is_hex(next[3]) && is_hex(next[4]);
}

}  // namespace

std::string plain_literal(std::string_view text) {
  return '"' + inner(text, true) + '"';
}

std::string folder_literal(std::string_view folder) {
  std::string out = "\"";
  while (!folder.empty()) {
    folder.remove_prefix(folder.front() == '\\' ? 1 : 0);
    const auto end = std::min(folder.find('\\'), folder.size());
    const std::string part = inner(folder.substr(0, end), false);
    out += takes_backslash(part) ? escaped('\\') : "\\";
    out += part;
    folder.remove_prefix(end);
  }
  return out + '"';
}

}  // namespace adomcp::azure_devops
