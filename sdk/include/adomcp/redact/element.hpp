// adomcp/redact/element.hpp - rules for XML. Part of redact.hpp.
#pragma once

#include <adomcp/redact/call.hpp>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

class ElementRules : public CallRules {
 protected:
  using CallRules::CallRules;

  /// `<Password>X</Password>`, also escaped; what follows the tag is the value.
  void element(std::string_view open, std::string_view close) {
    const std::size_t name_at = at_ + open.size();
    std::size_t name_to = name_at;
    while (name_to < text_.size() && (in_name(text_[name_to]) || text_[name_to] == ':')) ++name_to;
    std::string_view name = text_.substr(name_at, name_to - name_at);
    if (const std::size_t colon = name.rfind(':'); colon != kAll) name.remove_prefix(colon + 1);
    const std::size_t tag_end = text_.substr(0, at_ + 512).find(close, name_to);
    // Only an element that begins its line may end on a later one: `List<Secret> x`, `usage: tool
    // <user> <password>` do not.
    const bool alone = trim(text_.substr(first_, at_ - first_)).empty() || before(at_) == '>';
    keep(name_at);
    fresh_ = at_;
    around_.tag = open == "<";
    if (name.empty() || tag_end == kAll || before(tag_end) == '/') return;
    const bool paired =
        carried_.pair_lines > 0 && (iequals(name, "string") || iequals(name, "value"));
    const Key key = paired ? Key::kSecret : key_kind(name);
    const std::size_t from = tag_end + close.size();
    if (iequals(name, "key") && key_kind(peek_element(from)) >= Key::kToken)
      carried_.pair_lines = 4;
    if (key == Key::kNone || key == Key::kHeader || tag_end - name_to > 200) return;
    if (name_to < tag_end && !is_space(text_[name_to])) return;
    keep(from);
    around_.tag = false;
    hide_element(name, key, open, alone);
  }
  std::string_view peek_element(std::size_t from) const {
    const std::size_t end = text_.substr(0, from + 64).find('<', from);
    return end == kAll ? std::string_view() : trim(text_.substr(from, end - from));
  }
  void hide_element(std::string_view name, Key key, std::string_view open, bool alone) {
    std::size_t end = rest().find(open);
    constexpr std::string_view kData = "<![CDATA[";
    if (begins(rest(), kData)) {
      keep(at_ + kData.size());
      end = rest().find("]]>");
    }
    const std::string_view value = rest().substr(0, end);
    const bool opens = end != kAll && begins(rest().substr(end), open) &&
                       !begins(rest().substr(end + open.size()), "/");
    if (opens && key == Key::kSecret && ibegins(rest().substr(end + open.size()), "value")) {
      carried_.pair_lines = 2;
    }
    if (opens) return;  // not its end but another one, or List<Secret>
    if (end == kAll && key == Key::kSecret && open == "<" && alone) {
      if (trim(value).empty()) keep(text_.size());
      if (is_sentence(value)) return;
      hide(text_.size());
      return carried_.block.element();
    }
    if (end == kAll && key == Key::kSecret && open == "<") {  // cut off: the word that looks so
      const std::string_view word = value.substr(0, value.find_first_of(" \t"));
      const bool looks = word.size() >= 6 && mix_of(word).letters_and_digits();
      if (looks && word.find_first_of("(:=&,;") == kAll) hide(at_ + word.size());
    }
    if (end == kAll) return;
    Given given;
    given.name = name;
    given.key = key;
    given.quoted_name = true;
    given.colon = true;
    if (is_secret(given, trim(value), true)) hide(at_ + end);
  }
  /// A tag ends here: `<entry key="password">X</entry>`. False: there is nothing to hide after it.
  bool after_tag() {
    const bool was = around_.tag;
    around_.tag = false;
    if (!was || carried_.pair_lines == 0 || before(at_) == '/' || before(at_) == '?') return false;
    const std::size_t end = text_.find('<', at_ + 1);
    if (end == kAll) return false;
    const std::string_view value = trim(text_.substr(at_ + 1, end - at_ - 1));
    if (value.empty() || is_reference(value)) return false;
    const bool said = value.find(' ') != kAll && mix_of(value).digit == 0;
    if (said) return false;  // <param name="token">Cancellation token.</param>
    carried_.pair_lines = 0;
    hide(at_ + 1, end);
    return true;
  }
};

}  // namespace adomcp::sdk::detail
