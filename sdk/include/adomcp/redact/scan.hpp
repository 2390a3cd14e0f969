// adomcp/redact/scan.hpp - a place in a line, with what was read before it. Part of redact.hpp.
#pragma once

#include <adomcp/redact/block.hpp>
#include <adomcp/redact/command.hpp>
#include <adomcp/redact/given.hpp>
#include <adomcp/redact/shape.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

/// Whether there is a secret in what base64 hides; `depth`: in how many layers of it.
inline bool has_secret(std::string_view text, int depth);

/// What one line leaves for the next.
struct Carried {
  Block block;
  Commands commands;        ///< of a command that goes on
  bool value_next = false;  ///< a secret's name stood last: its value may be next
  std::size_t column = 0;   ///< of that name
  int items = 0;            ///< so many lines more may be items of a list of secrets
  int pair_lines = 0;       ///< so many lines more may have the `value` of a secret's `name`
  bool split = false;       ///< a token ended the line, so that its rest may be next
  Alphabet alphabet = Alphabet::kAlnum;
  std::string tail;  ///< the last word, when it may be half a token
};

/// What all rules share: the text, how far it was read, and what came out. The rules are classes
/// that each add theirs to the one before.
class Scan {
 protected:
  static constexpr std::size_t kAll = std::string_view::npos;

  Scan(std::string_view text, Carried& carried, int depth)
      : text_(text), carried_(carried), depth_(depth) {}

  auto hides_secret() const {
    return [depth = depth_](std::string_view text) { return has_secret(text, depth); };
  }
  char before(std::size_t i) const { return i > first_ ? text_[i - 1] : ' '; }
  std::string_view rest() const { return text_.substr(at_); }

  /// Copies up to `to`.
  void keep(std::size_t to) {
    if (to > text_.size()) to = text_.size();
    if (to <= at_) return;
    out_.append(text_, at_, to - at_);
    at_ = to;
  }
  void hide(std::size_t to) {
    if (to > text_.size()) to = text_.size();
    if (to <= at_) return;
    if (is_masked(text_.substr(at_, to - at_))) return keep(to);
    out_ += kMask;
    at_ = to;
    found_ = true;
    hidden_to_ = to;
  }
  void hide(std::size_t from, std::size_t to) {
    keep(from);
    hide(to);
  }

  const std::string_view text_;
  Carried& carried_;
  const int depth_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t first_ = 0;     ///< after the agent's time
  std::size_t fresh_ = kAll;  ///< a word may begin here, whatever stands before
  std::size_t hidden_to_ = 0;
  Around around_;
  std::size_t test_to_ = 0;  ///< up to here it is the name of a test: `TestAuth/token=abc`
  bool found_ = false;
};

}  // namespace adomcp::sdk::detail
