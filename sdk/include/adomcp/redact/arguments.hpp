// adomcp/redact/arguments.hpp - secrets that are known by their place among a program's arguments
// or in a protocol: `net use \\srv\\share X`, `sqlplus u/X@db`, `PASS X`. Part of redact.hpp.
#pragma once

#include <adomcp/redact/flags.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

class ArgumentRules : public FlagRules {
 protected:
  using FlagRules::FlagRules;

  /// `said` is the word from here to `end`, `small` the same in lower case. True: it dealt with it.
  bool argument(std::string_view said, std::string_view small, std::size_t end) {
    if (said == "PASS" || said == "AUTH") return protocol(said, end);
    if (word_before_ == "net" && small == "use") return net_use(end);
    if (word_before_ == "alias" && small == "set" && carried_.commands.keeps_hosts()) {
      keep(end);
      return skip_arguments(3) && hide_argument();
    }
    if (word_before_ == "config" && small == "http-basic") {
      keep(std::min(text_.find(' ', end), text_.size()));
      return skip_arguments(1) && hide_argument();
    }
    return carried_.commands.signs_in_with_slash() && slashed(end);
  }

  /// A line of FTP, POP3, SMTP or Redis: `PASS X`, `AUTH PLAIN X`, `AUTH X`, `AUTH user X`; what
  /// tests print is no password: `PASS src/token.test.js`.
  bool protocol(std::string_view said, std::size_t end) {
    const std::string_view prompt = trim(text_.substr(first_, at_ - first_));
    if (!prompt.empty() && prompt.back() != '>') return false;
    std::size_t from = argument_at(end);
    std::string_view value = trim(text_.substr(std::min(from, text_.size())));
    const std::size_t blank = value.find(' ');
    if (said == "AUTH" && blank != kAll) {
      from += blank + 1;
      const std::string_view first = value.substr(0, blank);
      const bool mechanism = first == "PLAIN" || first == "LOGIN" || first == "XOAUTH2" ||
                             first == "CRAM-MD5" || first == "EXTERNAL";
      value = trim(value.substr(blank + 1));
      const bool random = mix_of(value).digit > 0 || ends(value, "=");
      if (mechanism && value.size() >= 8 && random && value.find(' ') == kAll) {
        hide(from, from + value.size());
        return true;
      }
      if (mechanism) return false;
    }
    const Mix mix = mix_of(value);
    const bool looks = prompt.empty() ? is_mixed(value) : mix.letters_and_digits();
    if (mix.size < 6 || !looks || value.find_first_of(" /.:#(") != kAll) return false;
    hide(from, from + value.size());
    return true;
  }

  /// `net use Z: \\srv\\share X /user:dom\\bob`, in any order.
  bool net_use(std::size_t end) {
    bool share = false;
    for (std::size_t from = argument_at(end); from < text_.size(); from = argument_at(end)) {
      end = std::min(text_.find(' ', from), text_.size());
      const std::string_view word = text_.substr(from, end - from);
      const bool place = begins(word, "\\");
      share = share || place;
      if (place || word.front() == '/' || ends(word, ":")) continue;
      if (share && word != "*" && !is_reference(word)) hide(from, end);
      return share;
    }
    return false;
  }

  /// `sqlplus scott/X@db`, `sqlldr userid=scott/X`
  bool slashed(std::size_t end) {
    const char previous = before(at_);
    if (end >= text_.size() || text_[end] != '/' || (!is_blank(previous) && previous != '=')) {
      return false;
    }
    const std::size_t from = end + 1;
    std::size_t to = from;
    while (to < text_.size() && !is_blank(text_[to]) && text_[to] != '@' && !quote_at(text_, to)) {
      ++to;
    }
    const std::string_view value = text_.substr(from, to - from);
    const bool host = to < text_.size() && text_[to] == '@';
    const bool looks =
        host || (mix_of(value).letters_and_digits() && value.find_first_of("/.") == kAll);
    if (value.empty() || !looks || is_reference(value)) return false;
    hide(from, to);
    return true;
  }

  /// Goes past so many arguments. False: there are not as many.
  bool skip_arguments(int count) {
    for (; count > 0; --count) {
      const std::size_t from = argument_at(at_);
      if (from >= text_.size()) return false;
      keep(std::min(text_.find(' ', from), text_.size()));
    }
    return argument_at(at_) < text_.size();
  }

  std::string last_word_;
  std::string word_before_;  ///< the word before the one being read
};

}  // namespace adomcp::sdk::detail
