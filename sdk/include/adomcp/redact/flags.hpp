// adomcp/redact/flags.hpp - rules for command lines' flags and arguments. Part of redact.hpp.
#pragma once

#include <adomcp/redact/scan.hpp>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

class FlagRules : public Scan {
 protected:
  using Scan::Scan;

  bool flag() {
    const char previous = before(at_);
    const bool begins_flag = is_blank(previous) || previous == '"' || previous == '\'' ||
                             previous == '[' || previous == '(' || previous == ',';
    if (!begins_flag) return false;
    std::size_t end = at_ + 1;
    while (end < text_.size() && in_name(text_[end])) ++end;
    const std::string_view name = text_.substr(at_, end - at_);
    if (name.size() < 2 || name.size() > 64) return false;
    const Commands& commands = carried_.commands;
    if (attached(name)) return true;
    const bool pair = commands.takes_pair(name);
    const bool cookie = name == "--cookie" || (name == "-b" && commands.takes_pair("-u"));
    if (cookie && argument_at(end) > end) {
      keep(argument_at(end));
      return hide_cookies();
    }
    const bool named = name[0] == '-' && name.size() > 3 && key_kind(name) >= Key::kToken &&
                       key_kind(name) != Key::kHeader;
    if (!pair && !named && !commands.takes_secret(name)) return false;
    std::size_t from = argument_at(end);
    if (from == end && !named && !pair && end < text_.size() && is_sign(text_[end])) ++from;
    if (from == end) return false;  // `--password=X` is a name with a value
    if (from >= text_.size()) carried_.value_next = false;
    keep(from);
    if (pair) return hide_pair();
    hide_value(named ? name.substr(name.find_first_not_of('-')) : std::string_view());
    return true;
  }

  static bool is_sign(char c) { return c == '=' || c == ':'; }

  /// `--cookie "session=X"`: what follows the sign.
  bool hide_cookies() {
    const Quote quote = quote_at(text_, at_);
    const std::size_t from = at_ + quote.size();
    std::size_t end = quote ? quote_end(text_, from, quote) : text_.find_first_of(" \t", from);
    if (end == kAll) end = text_.size();
    const std::size_t sign = text_.substr(0, end).find('=', from);
    if (sign == kAll || is_reference(text_.substr(sign + 1, end - sign - 1))) return true;
    hide(sign + 1, end);
    return true;
  }

  /// `-pSECRET`, `-uuser:SECRET`
  bool attached(std::string_view name) {
    const Commands& commands = carried_.commands;
    const std::string_view flag = name.substr(0, 2);
    const bool in_quotes = name.size() == 2 && at_ + 2 < text_.size() && quote_at(text_, at_ + 2) &&
                           !quote_before(text_, at_) && commands.attaches(flag);
    if (in_quotes) {
      keep(at_ + 2);
      return hide_value({});
    }
    if (name.size() < 4 || !commands.any()) return false;
    const bool secret = commands.attaches(flag) && !commands.takes_secret(name);
    const bool pair = flag == "-u" && commands.takes_pair(flag);
    if ((!secret && !pair) || name[1] == '-') return false;
    if (pair && text_.find(':', at_) == kAll) return false;
    keep(at_ + 2);
    if (pair) return hide_pair();
    return hide_value({});
  }

  /// Where the value after a flag that ends at `end` begins: after blanks, or in a list after
  /// `", "`. `end` itself: there is none.
  std::size_t argument_at(std::size_t end) const {
    std::size_t from = end;
    if (const Quote quote = quote_at(text_, from)) {
      std::size_t comma = from + quote.size();
      while (comma < text_.size() && is_blank(text_[comma])) ++comma;
      if (comma >= text_.size() || text_[comma] != ',') return end;
      from = comma + 1;
    }
    while (from < text_.size() && is_blank(text_[from])) ++from;
    return from;
  }

  /// Hides a flag's value, which begins here; `name` is the flag's, when it has one.
  bool hide_value(std::string_view name) {
    const Quote quote = quote_at(text_, at_);
    const std::size_t from = at_ + quote.size();
    Given given;
    given.from = from;
    given.name_at = at_;
    std::size_t end = from;
    if (quote) end = quote_end(text_, from, quote);
    if (end == kAll) end = text_.size();
    if (!quote && from < text_.size()) end = bare_end(text_, given, around_);
    const std::string_view value = text_.substr(from, end - from);
    const bool other_flag =
        !quote && value.size() > 1 && value[0] == '-' && (is_alpha(value[1]) || value[1] == '-');
    const bool expression = !quote && value.size() > 1 && value[0] == '(' && is_alpha(value[1]) &&
                            end < text_.size() && is_blank(text_[end]);  // (ConvertTo-… "x")
    if (value.empty() || other_flag || expression || is_reference(value) || is_prose(value) ||
        is_word_of_code(value) || value == "\\" || begins(value, "id=") || begins(value, "=")) {
      return true;
    }
    if (!name.empty() &&
        (same_letters(name, value) || ends(Words(name).whole(), Words(value).whole()))) {
      return true;
    }
    if (!name.empty() && ends(name, "key") && is_path(value)) return true;
    if (is_digits(value) && value.size() < 4) return true;  // --pass 3
    if (begins(value, "pass:")) {
      hide(from + 5, end);
    } else if (!begins(value, "env:") && !begins(value, "file:")) {
      hide(from, end);
    }
    return true;
  }
  bool hide_argument() {
    keep(argument_at(at_));
    while (at_ < text_.size() && text_[at_] == '(') keep(at_ + 1);
    if (at_ < text_.size() && text_[at_] == '-') {
      std::size_t next = at_;
      while (next < text_.size() && !is_blank(text_[next])) ++next;
      if (!begins(rest(), "-String")) return true;
      keep(argument_at(next));
    }
    return hide_value({});
  }

  /// Skips an argument, and hides the one after it.
  bool hide_second_argument() {
    const std::size_t from = argument_at(at_);
    const std::size_t end = text_.find(' ', from);
    if (end == kAll || from >= text_.size()) return true;
    keep(end);
    if (argument_at(end) < text_.size() && text_[argument_at(end)] == '/') return true;
    return hide_argument();
  }

  /// `… set [--flag] NAME VALUE`: hides the value when the name is a secret's.
  bool hide_setting() {
    std::size_t from = argument_at(at_);
    while (from + 2 < text_.size() && text_[from] == '-') {
      const std::size_t blank = text_.find(' ', from);
      if (blank == kAll) return false;
      from = argument_at(blank);
    }
    const Quote quote = quote_at(text_, from);
    const std::size_t name_at = from + quote.size();
    std::size_t end = name_at;
    while (end < text_.size() && (in_name(text_[end]) || text_[end] == ':' || text_[end] == '/'))
      ++end;
    std::string_view name = text_.substr(name_at, end - name_at);
    if (const std::size_t cut = name.find_last_of(":/"); cut != kAll) name.remove_prefix(cut + 1);
    const std::size_t value = end + (quote ? quote.size() : 0);
    if (key_kind(name) < Key::kToken || key_kind(name) == Key::kHeader || value >= text_.size() ||
        !is_blank(text_[value])) {
      return false;
    }
    if (!quote && end - name_at == name.size() && !is_compound(name)) return false;
    keep(value);
    return hide_argument();
  }

  /// "user:password": what follows the colon.
  bool hide_pair() {
    const Quote quote = quote_at(text_, at_);
    const std::size_t from = at_ + quote.size();
    std::size_t end = quote ? quote_end(text_, from, quote) : text_.find_first_of(" \t", from);
    if (end == kAll) end = text_.size();
    const std::string_view value = text_.substr(from, end - from);
    const std::size_t cut = value.find_first_of(":%,");
    if (cut == kAll || begins(value.substr(cut), "://") || is_reference(value.substr(cut + 1))) {
      return true;
    }
    hide(from + cut + 1, end);
    return true;
  }
};

}  // namespace adomcp::sdk::detail
