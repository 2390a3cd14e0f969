// adomcp/redact/assign.hpp - rules for names that are given values: `name=value`, JSON, YAML,
// headers, queries. Part of redact.hpp.
#pragma once

#include <adomcp/redact/pair.hpp>
#include <adomcp/redact/words.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

class AssignRules : public WordRules {
 protected:
  using WordRules::WordRules;
  static constexpr std::size_t kLooked = 512;

  void separator(std::size_t size) {
    const std::size_t sign = at_;
    Given given;
    given.colon = text_[at_] == ':' || begins(rest(), "：") ||
                  (size > 1 && iequals(rest().substr(0, size), "%3A"));
    given.percent = text_[at_] == '%';
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
    const bool scope = text_[at_] == ':' && (next == ':' || before(at_) == ':');
    const bool compared =
        before(at_) == '!' || before(at_) == '<' || before(at_) == '>' || before(at_) == '=';
    std::size_t end = sign;
    if (before(sign) == ':' && text_[sign] == '=') --end;  // :=
    read_name(text_, end, given);
    keep(sign + size);
    fresh_ = at_;
    if (scope || (compared && end == sign) || sign < test_to_) return;
    while (at_ < text_.size() && (text_[at_] == '=' || text_[at_] == '>') && size == 1)
      keep(at_ + 1);
    if (text_[sign] == ':' && at_ < text_.size() && text_[at_] == '=') return;
    const std::size_t blanks = indent_of(rest());
    given.spaced = blanks > 0;
    given.from = at_ + blanks;
    if (text_[sign] == '=' && given.key == Key::kNone && quote_at(text_, given.from)) typed(given);
    if (is_private_lines(given) || is_oracle(given)) return;
    if (begins(given.name, "BUNDLE_") && given.name.find("__") != kAll) {  // user:password
      keep(given.from);
      hide_pair();
      return;
    }
    if (!paired(given)) return;
    assign(given);
  }

  /// `password: string = "X"`: the name stands before its type.
  void typed(Given& given) const {
    std::size_t before = given.name_at;
    while (before > 0 && is_blank(text_[before - 1])) --before;
    if (given.name.empty() || before == 0 || text_[before - 1] != ':') return;
    Given named;
    read_name(text_, before - 1, named);
    if (named.key == Key::kNone || named.quoted_name) return;
    given.name = named.name;
    given.name_at = named.name_at;
    given.key = named.key;
  }

  /// PuTTY says how many lines its private part has.
  bool is_private_lines(const Given& given) {
    if (given.name == "Private-MAC") {
      hide(given.from, text_.size());
      return true;
    }
    if (given.name != "Private-Lines") return false;
    int lines = 0;
    for (std::size_t i = given.from; i < text_.size() && is_digit(text_[i]) && lines < 1000; ++i) {
      lines = lines * 10 + (text_[i] - '0');
    }
    if (lines > 0) carried_.block.counted(lines + 1);
    return true;
  }

  /// jdbc:oracle:thin:user/password@host
  bool is_oracle(const Given& given) {
    if (given.name != "thin") return false;
    const std::string_view word = rest().substr(0, rest().find_first_of(" \t\"'"));
    const std::size_t slash = word.find('/');
    const std::size_t host = word.rfind('@');
    if (host == kAll || slash == 0 || slash > host) return false;
    hide(at_ + slash + 1, at_ + host);
    return true;
  }

  /// "name": "DB_PASSWORD", "value": "x". False: it is a `name`, which has no secret itself.
  bool paired(Given& given) {
    const std::string name = Words(given.name).whole();
    if (says_name(name) || name == "parameterkey") {
      const std::string_view value = peek(given.from);
      carried_.pair_lines = key_kind(value) >= Key::kToken && is_name(value) ? 4 : 0;
      return name == "key" && carried_.pair_lines == 0;
    }
    if (!says_value(name)) return true;
    if (carried_.pair_lines > 0 || is_named_after(text_, given.from)) {
      carried_.pair_lines = 0;
      given.key = Key::kSecret;
    }
    return true;
  }
  static bool is_name(std::string_view text) {
    for (const char c : text) {
      if (!in_name(c) && c != ':' && c != ' ') return false;
    }
    return !text.empty();
  }
  /// The value at `from`, quoted or not.
  std::string_view peek(std::size_t from) const {
    const Quote quote = quote_at(text_, from);
    from += quote.size();
    std::size_t end = quote ? quote_end(text_, from, quote) : text_.find_first_of(" \t,;/>}", from);
    if (end == kAll) end = text_.size();
    return text_.substr(std::min(from, text_.size()),
                        std::min<std::size_t>(end - std::min(from, end), 64));
  }

  void assign(Given& given) {
    if (given.key == Key::kWeak && is_query_code(given)) given.key = Key::kToken;
    if (given.key == Key::kNone || is_used(text_, given) || is_place(text_, given)) return;
    if (given.from >= text_.size()) return expect_value(given);
    if (given.key == Key::kHeader) return header(given);
    if (given.colon && block_scalar(given)) return;
    const char first = text_[given.from];
    if (first == '{' && given.key >= Key::kToken &&
        reference_length(text_.substr(given.from)) == 0 && given.colon) {
      carried_.pair_lines = 4;
      return;
    }
    if (first == '[') return list(given);
    value(given);
  }

  /// `?code=` is how functions take their keys.
  bool is_query_code(const Given& given) const {
    const char sign = given.name_at > 0 ? text_[given.name_at - 1] : ' ';
    const bool query = sign == '?' || sign == '&' || sign == ';' || given.percent;
    return given.name == "code" && query && peek(given.from).size() >= 8;
  }

  /// A name at the end of the line: its value may be on the next.
  void expect_value(const Given& given) {
    if (given.key != Key::kSecret) return;
    if (!given.quoted_name && ends(given.name, "s")) return expect_items(given);
    carried_.value_next = true;
    carried_.column = given.name_at - first_;
    if (given.quoted_name && carried_.column > 0) --carried_.column;
  }

  /// `passwords:` at the end of the line, or `"passwords": [`: the lines below may be a list.
  void expect_items(const Given& given) {
    if (given.key != Key::kSecret || ends(to_lower(given.name), "secrets")) return;
    carried_.items = kMostItems;
  }
  static constexpr int kMostItems = 100;

  /// YAML's `name: |`.
  bool block_scalar(const Given& given) {
    const std::string_view mark = trim(text_.substr(given.from));
    if (mark.empty() || mark.size() > 4 || (mark[0] != '|' && mark[0] != '>')) return false;
    for (const char c : mark.substr(1)) {
      if (c != '+' && c != '-' && !is_digit(c)) return false;
    }
    if (given.key < Key::kToken) return false;
    carried_.block.deeper_than(given.name_at - first_);
    keep(text_.size());
    return true;
  }

  /// Whether a part between commas is of several words.
  static bool has_sentence(std::string_view inside) {
    for (std::size_t at = 0; at < inside.size();) {
      const std::size_t end = std::min(inside.find(',', at), inside.size());
      if (trim(inside.substr(at, end - at)).find(' ') != kAll) return true;
      at = end + 1;
    }
    return false;
  }

  /// All strings of `"passwords": ["a", "b"]`; a list of names ("secrets") stays.
  void list(Given& given) {
    const std::size_t close = text_.substr(0, given.from + 2048).find(']', given.from);
    const bool single = given.key == Key::kSecret && !ends(to_lower(given.name), "secrets");
    const std::string_view inside =
        close == kAll ? std::string_view()
                      : trim(text_.substr(given.from + 1, close - given.from - 1));
    if (close == kAll && trim(text_.substr(given.from + 1)).empty()) return expect_items(given);
    const bool words = !quote_at(inside, 0) && (has_sentence(inside) || is_prose(inside) ||
                                                is_reference(text_.substr(given.from)));
    const bool empty = inside.empty() || is_sentence(inside) || words;
    if (!single || empty || is_masked(trim(inside))) return;
    hide(given.from + 1, close);
  }

  void value(Given& given) {
    if (text_[given.from] == '!' && given.colon) {  // YAML's tags
      const std::size_t blank = text_.find(' ', given.from);
      if (blank != kAll && blank + 1 < text_.size()) given.from = blank + 1;
    }
    if (text_[given.from] == '&' && given.colon && given.spaced) {  // and its anchors
      const std::size_t blank = text_.find(' ', given.from);
      if (blank != kAll && blank + 1 < text_.size()) given.from = blank + 1;
    }
    std::size_t prefix = given.from;  // b'…', N'…', r"…", @"…", $"…"
    while (prefix < text_.size() && prefix - given.from < 2 &&
           std::string_view("bBrRuUfFNL@$").find(text_[prefix]) != kAll) {
      ++prefix;
    }
    if (prefix > given.from && quote_at(text_, prefix)) given.from = prefix;
    Quote quote = quote_at(text_, given.from);
    for (const std::string_view three : {R"(""")", "'''"}) {
      if (begins(text_.substr(given.from), three)) quote = {three, 0};
    }
    if (closes_prompt(given, quote)) return;
    given.from += quote.size();
    if (given.from >= text_.size()) {
      if (quote.mark.size() == 3 && given.key == Key::kSecret) carried_.block.quoted(quote);
      return;
    }
    if (const std::size_t reference = reference_length(text_.substr(given.from)); reference > 0) {
      const std::size_t after = given.from + reference;
      if (after >= text_.size() || !in_name(text_[after])) return keep(after);
    }
    // A command that goes on, below or after other marks, is read like any other.
    if (quote && begins(text_.substr(given.from), "$(")) return keep(given.from + 2);
    // So much of it shows what it is; the rest isn't looked at again and again.
    const std::string_view seen = text_.substr(0, given.from + kLooked);
    std::size_t end = quote ? quote_end(text_, given.from, quote) : bare_end(seen, given, around_);
    const bool open = end == kAll;
    if (open) end = text_.size();
    const std::string_view value = text_.substr(given.from, end - given.from);
    if (!is_secret(given, value, static_cast<bool>(quote))) return;
    if (quote ? is_command(value, quote) : is_said(given, value)) return;
    if (!quote && given.key == Key::kToken && is_call(value)) return;
    if (!quote && end == seen.size()) end = bare_end(text_, given, around_);
    hide(given.from, end);
    if (open && given.key == Key::kSecret) carried_.block.quoted(quote);
    hide_new_value(given, quote);
    if (end == text_.size() && !quote && value.size() >= 16 && is_mixed(value)) {
      carried_.split = true;
      carried_.alphabet = Alphabet::kBase64;
    }
  }

  /// What back quotes give is the output of a command.
  static bool is_command(std::string_view value, const Quote& quote) {
    return quote.mark == "`" && value.find(' ') != kAll;
  }

  /// `auth=HTTPBasicAuth('bob', …`: its arguments are looked at on their own.
  static bool is_call(std::string_view value) {
    const std::size_t open = value.find('(');
    return open != kAll && open > 0 && quote_at(value, open + 1) &&
           run_end(value, 0, Alphabet::kDotted) == open;
  }

  /// `password: Hash verification failed`: a word of a sentence. `(sensitive value)`: none is said.
  bool is_said(const Given& given, std::string_view value) const {
    if (!given.spaced) return false;
    if (value.front() == '(') {
      const std::size_t close = text_.substr(0, given.from + 40).find(')', given.from);
      return close != kAll && is_placeholder(text_.substr(given.from, close + 1 - given.from));
    }
    const Mix mix = mix_of(value);
    if (!given.colon || mix.digit + mix.other > 0) return false;
    std::string_view after = text_.substr(given.from + value.size(), 80);
    while (!after.empty() && is_blank(after.front())) {
      after = trim(after);
      const std::size_t end = std::min(after.find_first_of(" \t"), after.size());
      if (is_prose(after.substr(0, end))) return true;
      after.remove_prefix(end);
    }
    return false;
  }

  /// `read -p "Password: " pw`: the mark after the name ends what began before it.
  bool closes_prompt(const Given& given, const Quote& quote) const {
    const bool same =
        (quote.mark == "\"" && around_.double_quote) || (quote.mark == "'" && around_.single_quote);
    const std::size_t after = given.from + quote.size();
    return same && quote.backslashes == 0 && given.spaced && !given.quoted_name &&
           (after >= text_.size() || is_blank(text_[after]) || text_[after] == ')');
  }

  /// `"old" -> "new"`, as Terraform shows a change.
  void hide_new_value(const Given& given, const Quote& quote) {
    constexpr std::string_view kArrow = " -> ";
    if (!quote || at_ + quote.size() >= text_.size()) return;
    if (!begins(text_.substr(at_ + quote.size()), kArrow)) return;
    const std::size_t next = at_ + quote.size() + kArrow.size();
    const Quote second = quote_at(text_, next);
    if (!second) return;
    const std::size_t from = next + second.size();
    const std::size_t end = quote_end(text_, from, second);
    if (end == kAll || !is_secret(given, text_.substr(from, end - from), true)) return;
    hide(from, end);
  }

  /// "Authorization: Bearer X" keeps the scheme; cookies have none.
  void header(Given& given) {
    const Quote quote = quote_at(text_, given.from);
    given.from += quote.size();
    std::size_t end = text_.size();
    if (quote) {
      end = quote_end(text_, given.from, quote);
    } else if (around_.double_quote || around_.escaped_quote) {
      end = text_.find(around_.escaped_quote ? "\\\"" : "\"", given.from);
    } else if (around_.single_quote) {
      end = text_.find('\'', given.from);
    }
    if (end == kAll) end = text_.size();
    const std::string_view value = trim(text_.substr(given.from, end - given.from));
    const std::string_view first = value.substr(0, value.find(' '));
    if (value.empty() || is_reference(value) || is_prose(first) || is_code(first)) return;
    if (ends(to_lower(given.name), "cookie")) {
      if (ibegins(value, "samesite") || ibegins(value, "secure")) return;
      if (value.find('=') != kAll) hide(given.from, end);
      return;
    }
    const Mix mix = mix_of(first);
    const bool scheme =
        mix.size <= 24 && mix.digit <= 4 && run_end(first, 0, Alphabet::kWord) == first.size();
    if (first.size() == value.size() || !given.colon || !scheme) return hide(given.from, end);
    const std::size_t from = given.from + first.size() + 1;
    if (!is_alpha(first.front()) || is_reference(trim(text_.substr(from, end - from)))) return;
    std::size_t to = end;
    if (iequals(first, "bearer") || iequals(first, "basic") || iequals(first, "token")) {
      Given credentials;
      credentials.from = from;
      credentials.name_at = from;
      to = std::min(end, bare_end(text_, credentials, around_));
      if (is_prose(text_.substr(from, to - from))) return;
    }
    if (!is_reference(text_.substr(from, to - from))) hide(from, to);
  }
};

}  // namespace adomcp::sdk::detail
