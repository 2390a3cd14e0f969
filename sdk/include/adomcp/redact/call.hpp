// adomcp/redact/call.hpp - rules for calls in source code and scripts: `setPassword("X")`,
// `setProperty("db.password", "X")`, `Credentials("bob", "X")`. Part of redact.hpp.
#pragma once

#include <adomcp/redact/assign.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

class CallRules : public AssignRules {
 protected:
  using AssignRules::AssignRules;

  /// A call's `(` is here. True: it hid an argument.
  bool called() {
    const std::size_t at = at_ + 1 + indent_of(text_.substr(at_ + 1));
    const Quote quote = quote_at(text_, at);
    if (!quote) return false;
    const std::size_t from = at + quote.size();
    const std::size_t end = quote_end(text_, from, quote);
    if (end == kAll) return false;
    const std::string_view callee =
        text_.substr(name_start(text_, at_), at_ - name_start(text_, at_));
    const std::string_view value = text_.substr(from, end - from);
    if (key_kind(callee) == Key::kSecret && hide_argument_of(callee, from, end, false)) return true;
    return called_with_two(callee, value, end + quote.size());
  }

 private:
  /// `setPassword("X")`: most calls are given a name; what is one too would have digits.
  bool hide_argument_of(std::string_view name, std::size_t from, std::size_t end, bool any) {
    Given given;
    given.name = name;
    given.key = Key::kSecret;
    given.from = from;
    given.quoted_name = true;
    const std::string_view value = text_.substr(from, end - from);
    if (!is_secret(given, value, true)) return false;
    if (!any && !mix_of(value).letters_and_digits()) return false;
    hide(from, end);
    return true;
  }

  /// `setProperty("db.password", "X")`, `NetworkCredential("bob", "X")`
  bool called_with_two(std::string_view callee, std::string_view first, std::size_t at) {
    at += indent_of(text_.substr(std::min(at, text_.size())));
    if (at >= text_.size() || text_[at] != ',' || first.size() > 64) return false;
    ++at;
    at += indent_of(text_.substr(at));
    const Quote quote = quote_at(text_, at);
    if (!quote) return false;
    const std::size_t from = at + quote.size();
    const std::size_t end = quote_end(text_, from, quote);
    if (end == kAll) return false;
    if (takes_credentials(callee)) return hide_argument_of("password", from, end, false);
    const bool named = is_name(first) && key_kind(first) == Key::kSecret && first.find(' ') == kAll;
    return named && hide_argument_of(first, from, end, sets(callee) && is_compound(first));
  }
  static bool takes_credentials(std::string_view callee) {
    const Words words(callee);
    return words.last() == "credential" || words.last() == "credentials" ||
           ends(words.whole(), "basicauth") || ends(words.whole(), "basicauthentication");
  }
  static bool sets(std::string_view callee) {
    const std::string_view last = callee.substr(callee.find_last_of('.') + 1);
    return ibegins(last, "set") || ibegins(last, "put") || ibegins(last, "define") ||
           ibegins(last, "add");
  }
};

}  // namespace adomcp::sdk::detail
