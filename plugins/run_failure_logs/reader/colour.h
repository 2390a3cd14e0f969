#pragma once

#include <cstddef>
#include <string_view>

namespace adomcp::failure_logs {

/// How the text of one line was coloured, in bytes of visible text.
struct Colours {
  std::size_t visible = 0;  ///< bytes other than blanks
  std::size_t red = 0;
  std::size_t green = 0;
  std::size_t yellow = 0;
  std::size_t other = 0;  ///< any other colour but white and grey
  std::size_t bold = 0;
  std::size_t banner = 0;  ///< on paper of a colour
};

/// Follows the colours of a terminal through a log: what is switched on stays on over lines, until
/// a command that the agent ran ends. Looked at before the escapes are removed. Not thread-safe.
class ColourState {
 public:
  Colours follow(std::string_view raw);
  void reset();
  /// Nothing is switched on.
  bool plain() const { return ink_ == Ink::kPlain && paper_ == Ink::kPlain && !bold_; }

 private:
  enum class Ink { kPlain, kRed, kGreen, kYellow, kOther };

  std::size_t escape(std::string_view raw, std::size_t at);
  void apply(std::string_view parameters);
  void apply(int code);
  void count(std::string_view text, Colours& out) const;

  Ink ink_ = Ink::kPlain;
  Ink paper_ = Ink::kPlain;
  bool bold_ = false;
};

}  // namespace adomcp::failure_logs
