// adomcp/redact/line.hpp - one line's way through all the rules. Part of redact.hpp.
#pragma once

#include <adomcp/redact/element.hpp>
#include <adomcp/redact/link.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::sdk::detail {

class Line : public ElementRules {
 public:
  /// `depth`: how often it was base64 of base64.
  Line(std::string_view text, Carried& carried, int depth = 0)
      : ElementRules(text, carried, depth) {}

  std::string run() {
    const std::size_t start = text_.size() - strip_timestamp(text_).size();
    keep(start);
    first_ = start;
    if (carried_.block.open()) follow_block();
    take_rest();
    take_next_value();
    take_item();
    test_to_ = test_name_end();
    piped_ = is_piped_secret(text_);
    while (at_ < text_.size()) step();
    leave();
    return std::move(out_);
  }

  /// Whether something was hidden.
  bool found() const { return found_; }
  /// Whether the line began with the other half of the last one's tail.
  bool completes() const { return completes_; }

 private:
  void follow_block() {
    const std::size_t part = carried_.block.follow(rest());
    if (part == 0) return;
    if (trim(rest().substr(0, part)).empty()) return keep(part == kAll ? kAll : at_ + part);
    hide(part == kAll ? kAll : at_ + part);
  }

  /// The rest of a token that the last line's end cut.
  void take_rest() {
    const bool split = carried_.split;
    const std::string tail = std::move(carried_.tail);
    carried_.split = false;
    carried_.tail.clear();
    if (at_ >= text_.size() || (!split && tail.empty())) return;
    const std::size_t from = at_ + indent_of(rest());
    if (split) {
      const std::size_t end = run_end(text_, from, carried_.alphabet);
      if (!is_rest(from, end)) return;
      hide(from, end);
      carried_.split = end == text_.size() && end - from >= 16;
      return;
    }
    const std::size_t end = from + wide_end(text_.substr(from));
    if (end == from || end - from > 200) return;
    const std::string whole = tail + std::string(text_.substr(from, end - from));
    if (token_size(whole) != whole.size()) return;
    completes_ = true;
    hide(from, end);
  }
  bool is_rest(std::size_t from, std::size_t end) const {
    const std::string_view run = text_.substr(from, end - from);
    if (run.size() < 2 || is_masked(run)) return false;
    if (end < text_.size() && !is_space(text_[end]) && !quote_at(text_, end) && text_[end] != ',' &&
        text_[end] != '.' && text_[end] != ')') {
      return false;
    }
    const Mix mix = mix_of(run);
    if (mix.letters_and_digits()) return true;
    const bool alone = trim(text_.substr(end)).size() <= 2;
    return (alone && mix.letters() && mix.changes >= 2) || (mix.size >= 6 && mix.changes >= 3);
  }
  std::size_t token_size(std::string_view word) const {
    if (const Found found = prefixed_token(word); found.size > 0) return found.size;
    if (const Found found = word_token(word); found.size > 0) return found.size;
    return wide_token(word, hides_secret()).size;
  }

  /// An item of a list of secrets: `- X`, `"X",`.
  void take_item() {
    if (carried_.items == 0 || at_ >= text_.size()) return;
    const std::size_t left = static_cast<std::size_t>(carried_.items) - 1;
    carried_.items = 0;
    std::size_t from = at_ + indent_of(rest());
    const bool dash = begins(text_.substr(from), "- ");
    if (dash) from += 2;
    const Quote quote = quote_at(text_, from);
    if (!dash && !quote) return;
    from += quote.size();
    std::size_t end = quote ? quote_end(text_, from, quote) : text_.size();
    if (end == kAll) return;
    const std::string_view value = trim(text_.substr(from, end - from));
    const std::string_view after = trim(text_.substr(std::min(end + quote.size(), text_.size())));
    if (value.find(": ") != kAll || ends(value, ":") || value.empty()) return;
    if (!after.empty() && after != ",") return;
    carried_.items = static_cast<int>(left);
    if (is_reference(value) || is_prose(value) || value.find(' ') != kAll) return;
    hide(from, from + value.size());
  }

  /// Go's `=== RUN   TestAuth/token=abc` and `--- PASS: TestAuth (0.00s)`.
  std::size_t test_name_end() const {
    const std::string_view line = trim(rest());
    if (!begins(line, "=== ") && !begins(line, "--- ")) return 0;
    const std::size_t test = text_.find("Test", at_);
    if (test == kAll || test > at_ + indent_of(rest()) + 12) return 0;
    return std::min(text_.find_first_of(" \t", test), text_.size());
  }

  /// The value of a name that stood at the last line's end.
  void take_next_value() {
    const bool wanted = carried_.value_next;
    carried_.value_next = false;
    if (!wanted || at_ >= text_.size()) return;
    const std::size_t from = at_ + indent_of(rest());
    if (from - at_ <= carried_.column) return;
    const Quote quote = quote_at(text_, from);
    const std::size_t value = from + quote.size();
    std::size_t end = quote ? quote_end(text_, value, quote) : text_.find_first_of(" \t", value);
    if (end == kAll) end = text_.size();
    const std::string_view after =
        trim(text_.substr(end + (end < text_.size() ? quote.size() : 0)));
    const std::string_view word = text_.substr(value, end - value);
    if (!after.empty() && after != ",") return;
    if (!quote && (word.find(':') != kAll || begins(word, "-") || begins(word, "<"))) return;
    if (is_reference(word) || is_prose(word) || is_sentence(word)) return;
    hide(value, end);
  }

  void step() {
    const char c = text_[at_];
    const bool word_before = is_alnum(before(at_)) && at_ != fresh_;
    if (c == '-' && is_blank(before(at_)) && begins(rest(), "-> ")) return separator(2);
    if (c == '-' && armour()) return;
    if (!word_before && (c == '-' || c == '/') && flag()) return;
    if ((c == '#' || c == ':') && command()) return;
    if ((is_alnum(c) || c == '_') && !word_before) return word();
    if (c == '\\' || c == '%' || c == '&') return escape();
    if (const std::size_t size = scheme_end(rest()); size > 0) return link(size);
    if (c == '=' || c == ':') return separator(1);
    if (begins(rest(), "：") || begins(rest(), "＝")) return separator(3);
    if (c == '|' && is_blank(before(at_)) && at_ + 1 < text_.size() && is_blank(text_[at_ + 1])) {
      return separator(1);
    }
    if (c == '<') return element("<", ">");
    if (c == '(' && called()) return;
    if (c == '$' && !word_before) {
      if (const std::size_t size = crypt_length(rest()); size > 0) return hide(at_ + size);
    }
    if (c == '>' && after_tag()) return;
    track(c);
    keep(at_ + 1);
  }

  /// Follows quotes and brackets.
  void track(char c) {
    const bool inside =
        at_ > first_ && is_alnum(before(at_)) && at_ + 1 < text_.size() && is_alnum(text_[at_ + 1]);
    if (c == '"') around_.double_quote = !around_.double_quote;
    if (c == '\'' && !inside) around_.single_quote = !around_.single_quote;
    if (c == '`') around_.back_quote = !around_.back_quote;
    around_.round += c == '(' ? 1 : c == ')' ? -1 : 0;
    around_.square += c == '[' ? 1 : c == ']' ? -1 : 0;
    around_.curly += c == '{' ? 1 : c == '}' ? -1 : 0;
  }

  bool armour() {
    if (armour_at(text_.substr(at_, 80)) != 0) return false;
    const std::size_t end = armour_end(rest());
    if (end == kAll) carried_.block.armour();
    hide(end == kAll ? kAll : at_ + end);
    return true;
  }

  bool command() {
    const std::size_t size = pipeline_command(rest());
    if (size == 0) return false;
    keep(at_ + size);
    if (!is_reference(trim(rest()))) hide(kAll);
    return true;
  }

  /// One escape stands for one character, and a word may begin after it.
  void escape() {
    const std::string_view here = rest();
    const auto hex = [&](std::size_t from, std::size_t count) {
      for (std::size_t i = from; i < from + count; ++i) {
        if (i >= here.size() || !is_hex(here[i])) return false;
      }
      return true;
    };
    std::size_t size = 1;
    if (here[0] == '%' && hex(1, 2)) size = 3;
    if (begins(here, "%25") && hex(3, 2)) size = 5;
    const std::size_t slashes = backslashes_at(here, 0);
    if (slashes > 0) size = slashes;
    if (slashes > 0 && slashes < here.size()) {
      const char kind = here[slashes];
      if (kind == 'u' && hex(slashes + 1, 4)) size = slashes + 5;
      if (kind == 'x' && hex(slashes + 1, 2)) size = slashes + 3;
      if (kind == 'n' || kind == 'r' || kind == 't') size = slashes + 1;
      if (kind == '"') {
        size = slashes + 1;
        around_.escaped_quote = !around_.escaped_quote;
      }
    }
    if (begins(here, "&lt;")) return element("&lt;", "&gt;");
    if (const std::size_t scheme = encoded_scheme_end(here); scheme > 0) {
      return encoded_link(scheme);
    }
    const std::string_view unit = here.substr(0, size);
    if (iequals(unit, "%3D") || iequals(unit, "%3A") || ends(to_lower(unit), "u003d") ||
        iequals(unit, "%253D")) {
      return separator(size);
    }
    keep(at_ + size);
    fresh_ = at_;
  }

  void encoded_link(std::size_t size) {
    keep(at_ + size);
    const std::size_t user = encoded_credentials(rest(), size > 9);
    if (user > 0) hide(at_ + user);
    fresh_ = at_;
  }

  void link(std::size_t size) {
    keep(at_ + size);
    const std::size_t user = link_credentials(rest());
    if (user > 0) hide(at_ + user);
    if (at_ < link_to_) return;  // a link in a link's query
    const LinkPart part = hook_secret(rest());
    link_to_ = at_ + part.link;
    if (part.to > part.from) hide(at_ + part.from, at_ + part.to);
  }

  void leave() {
    const std::string_view trimmed = trim(text_);
    const char last = trimmed.empty() ? ' ' : trimmed.back();
    if (last != '\\' && last != '`' && last != '^') carried_.commands = Commands();
    if (carried_.pair_lines > 0) --carried_.pair_lines;
    if (carried_.split || hidden_to_ == text_.size() || trimmed.size() != text_.size()) return;
    std::size_t from = text_.size();
    while (from > first_ && text_.size() - from < 200 &&
           (is_base64(text_[from - 1]) || text_[from - 1] == '.' || text_[from - 1] == '~' ||
            text_[from - 1] == ':')) {
      --from;
    }
    if (from < hidden_to_) return;
    const std::string_view word = text_.substr(from);
    if (word.size() >= 4 && word.size() < 200) {
      carried_.tail.assign(word);
    }
  }

  bool completes_ = false;
  std::size_t link_to_ = 0;
};

inline bool has_secret(std::string_view text, int depth) {
  constexpr int kDeepest = 2;
  if (depth >= kDeepest) return false;
  Carried carried;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    Line line(text.substr(0, end), carried, depth + 1);
    line.run();
    if (line.found()) return true;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace adomcp::sdk::detail
