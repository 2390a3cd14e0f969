// adomcp/redact/words.hpp - rules that begin with a word: tokens by their shape, schemes, passwords
// in sentences. Part of redact.hpp.
#pragma once

#include <adomcp/redact/arguments.hpp>
#include <adomcp/redact/token.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

class WordRules : public ArgumentRules {
 protected:
  using ArgumentRules::ArgumentRules;

  void word() {
    const char previous = at_ == fresh_ ? ' ' : before(at_);
    const bool full = !is_word(previous) && previous != '.';
    const bool wide = full && previous != '+' && previous != '/' && previous != '~';
    if (full && is_short_word(rest())) {
      if (!whole_word()) keep(at_ + run_end(rest(), 0, Alphabet::kLower));
      return;
    }
    if (const Found found = prefixed_token(rest()); found.size > 0) return hide_token(found);
    if (full) {
      if (const Found found = word_token(rest()); found.size > 0) return hide_token(found);
      if (wide && !is_digest_of(at_)) {
        const Found found = wide_token(rest(), hides_secret());
        if (found.size > 0) return hide_token(found);
      }
      if (whole_word()) return;
    } else if (const std::size_t jwt = inner_jwt_length(rest()); jwt > 0) {
      return hide_token({jwt, Alphabet::kDotted});
    }
    std::size_t end = at_;
    while (end < text_.size() && text_[end] == '_') ++end;
    while (end < text_.size() && is_alnum(text_[end])) ++end;
    if (!full && is_inner_azure_pat(text_.substr(at_, end - at_))) return hide(end);
    keep(end);
  }

  /// Small letters up to a blank, and too few for any token. Most words are so.
  static bool is_short_word(std::string_view text) {
    const std::size_t most = text.size() < kShortToken ? text.size() : kShortToken;
    std::size_t end = 0;
    while (end < most && is_lower(text[end])) ++end;
    return end > 0 && end < most && text[end] == ' ';
  }

  void hide_token(const Found& found) {
    hide(at_ + found.size);
    if (at_ < text_.size()) return;
    carried_.split = true;
    carried_.alphabet = found.alphabet;
  }

  /// Integrity hashes of packages are base64 of 64 bytes, too.
  bool is_digest_of(std::size_t at) const {
    const std::size_t from = at > 40 ? at - 40 : 0;
    const std::string_view said = text_.substr(from, at - from);
    return icontains(said, "sha") || icontains(said, "hash") || icontains(said, "digest") ||
           icontains(said, "integrity") || icontains(said, "checksum");
  }

  /// Rules that begin with a whole word. True: it dealt with it.
  bool whole_word() {
    const std::size_t end = run_end(text_, at_, Alphabet::kWord);
    const std::string_view said = text_.substr(at_, end - at_);
    if (said.size() > 64) return false;
    const std::string small = to_lower(said);
    carried_.commands.see(small);
    if (after_secret_word(end)) return true;
    if (scheme(small)) return true;
    if (piped_ && (small == "echo" || small == "printf")) return echoed(end);
    const bool apart = end >= text_.size() || is_blank(text_[end]) || text_[end] == '(';
    if ((apart && carried_.commands.precedes_secret(small)) || (small == "by" && identified_)) {
      keep(end);
      return hide_argument();
    }
    const bool user = last_word_ == "net" && small == "user";
    word_before_ = last_word_;
    identified_ = identified_ || small == "identified";
    note_word(said, end);
    last_word_ = small;
    if (user || small == "change_password" || small == "add_user") {
      keep(end);
      return hide_second_argument();
    }
    if (argument(said, small, end)) return true;
    if (small == "set" || small == "setx" || small == "env") {
      keep(end);
      hide_setting();
      return true;
    }
    return table_cell(said, end);
  }

  /// `DB_PASSWORD      X`, as variables are listed.
  bool table_cell(std::string_view said, std::size_t end) {
    const std::size_t from = end + indent_of(text_.substr(end));
    const bool gap = from > end + 1 || (from > end && text_[end] == '\t');
    if (!gap || from >= text_.size() || !is_compound(said) || key_kind(said) != Key::kSecret) {
      return false;
    }
    const std::string_view value = trim(text_.substr(from));
    const bool other =
        value.find_first_of(" \t=:") != kAll || is_reference(value) || is_prose(value);
    if (other || is_word_of_code(value)) return false;
    hide(from, from + value.size());
    return true;
  }

  /// Remembers where a word was that announces a secret.
  void note_word(std::string_view said, std::size_t end) {
    constexpr std::array<std::string_view, 8> kPasswords{
        "password", "passphrase", "passwd", "pwd", "passcode", "passwort", "kennwort", "pass"};
    const Key key = key_kind(said);
    if (key == Key::kNone || key == Key::kHeader) return;
    announced_ = end;
    const std::string small = to_lower(said);
    if (one_of(std::string_view(small), kPasswords) && small != "pass") password_ = end;
  }

  /// `password hunter2`, `password is "x y"`, `the token Xk3…`: without a separator, what follows a
  /// secret's name must look like one.
  bool after_secret_word(std::size_t) {
    if (announced_ == 0 || at_ - announced_ > 48) return false;
    const std::size_t end = at_ + wide_end(rest());
    const std::string_view run = text_.substr(at_, end - at_);
    if (run.size() >= 32 && is_mixed(run) && !is_digest_of(at_)) {
      hide(end);
      return true;
    }
    if (password_ == 0 || password_ != announced_) return false;
    std::string_view between = text_.substr(password_, at_ - password_);
    const bool quoted = !between.empty() && static_cast<bool>(quote_before(text_, at_));
    if (quoted) between.remove_suffix(quote_before(text_, at_).size());
    between = trim(between);
    if (!between.empty() && between != "is" && between != "was" && between != "is:" &&
        between != "(") {
      return false;
    }
    return hide_said_password(quoted);
  }
  bool hide_said_password(bool quoted) {
    std::size_t end = text_.find_first_of(" \t", at_);
    if (quoted) end = quote_end(text_, at_, quote_before(text_, at_));
    if (end == kAll) end = quoted ? at_ : text_.size();
    const std::string_view value = text_.substr(at_, end - at_);
    if (value.empty() || is_reference(value) || is_prose(value) || is_sentence(value)) return false;
    if (is_prose(value.substr(0, value.find(' '))) || same_letters(value, "password")) return false;
    const Mix mix = mix_of(value);
    const bool looks = mix.size >= 6 && mix.letters_and_digits() && !is_path(value) &&
                       value.find_first_of("=:(") == kAll;
    const bool netrc =
        last_word_ != "password"
            ? false
            : icontains(text_.substr(at_ > 128 ? at_ - 128 : 0, std::min<std::size_t>(at_, 128)),
                        "login ");
    if (!quoted && !looks && !netrc) return false;
    password_ = 0;
    hide(end);
    return true;
  }

  /// "Bearer X", "Basic X" and their like, wherever they stand.
  bool scheme(std::string_view small) {
    constexpr std::array<std::string_view, 9> kSchemes{"bearer",        "basic",  "negotiate",
                                                       "ntlm",          "ssws",   "sharedkey",
                                                       "sharedkeylite", "apikey", "splunk"};
    if (!one_of(small, kSchemes)) return false;
    std::size_t from = at_ + small.size();
    if (from >= text_.size() || text_[from] != ' ') return false;
    while (from < text_.size() && text_[from] == ' ') ++from;
    std::size_t end = from;
    while (end < text_.size() && (is_base64(text_[end]) || text_[end] == '.' || text_[end] == '~' ||
                                  text_[end] == ':' || text_[end] == '%')) {
      ++end;
    }
    const std::string_view value = text_.substr(from, end - from);
    const std::size_t equals = value.find('=');
    const bool parameter = equals != kAll && value.find_first_not_of('=', equals) != kAll;
    const Mix mix = mix_of(value);
    const bool random = mix.size >= 8 && (mix.digit > 0 || ends(value, "="));
    if (parameter || is_reference(value) || (!random && (mix.size < 20 || mix.changes < 5))) {
      return false;
    }
    hide(from, end);
    if (at_ == text_.size()) carried_.split = true;
    carried_.alphabet = Alphabet::kBase64;
    return true;
  }

  /// `echo X | docker login --password-stdin`
  bool echoed(std::size_t end) {
    keep(end);
    piped_ = false;
    std::size_t from = end;
    while (from < text_.size() && (is_blank(text_[from]) || begins(text_.substr(from), "-n ") ||
                                   begins(text_.substr(from), "-e "))) {
      from += text_[from] == '-' ? 2U : 1U;
    }
    std::size_t to = text_.find('|', from);
    if (to == kAll) return true;
    while (to > from && is_blank(text_[to - 1])) --to;
    const Quote quote = quote_at(text_, from);
    std::string_view value = text_.substr(from, to - from);
    if (quote && value.size() > 2 * quote.size()) {
      value = value.substr(quote.size(), value.size() - 2 * quote.size());
    }
    if (!is_reference(value))
      hide(from + (quote ? quote.size() : 0), to - (quote ? quote.size() : 0));
    return true;
  }

  std::size_t announced_ = 0;  ///< where the last word ended that names a secret; 0: none
  std::size_t password_ = 0;   ///< the same, of a password
  bool identified_ = false;    ///< SQL's IDENTIFIED was read
  bool piped_ = false;         ///< what is echoed goes to a program that reads a secret
};

}  // namespace adomcp::sdk::detail
