#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace adomcp::audit {

/// No line is longer than this, before its place in a chain is added.
inline constexpr std::size_t kMaxLine = std::size_t{16} * 1024;

/// Writes one flat object as text. Two lines a call are on everybody's path, and building a JSON
/// tree for them costs more than all the rest of the call.
class Line {
 public:
  /// Every line says first when, and then what it is about. Texts are cut to `max_text` bytes.
  Line(Clock::TimePoint now, std::string_view event, std::size_t max_text = 256);

  /// Nothing when the value is empty.
  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  void number(std::string_view key, const std::optional<std::int64_t>& value);
  /// `json`: a whole JSON value on one line.
  void raw(std::string_view key, std::string_view json);
  /// All members of a JSON object on one line.
  void members(std::string_view object);
  std::string finish() && { return std::move(out_) + '}'; }

 private:
  void name(std::string_view key);

  std::size_t max_text_;
  std::string out_ = "{";
};

/// The value of `event` or `call_id` of a line that Line wrote, without reading the rest of it;
/// empty when it isn't where it was put.
std::string_view event_of(std::string_view line);
std::string_view call_id_of(std::string_view line);

}  // namespace adomcp::audit
