#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "text_window.h"

namespace adomcp::pipelines {

constexpr std::size_t kMaxAnswer = 16U << 10U;
constexpr std::size_t kAroundText = 2600;  ///< of these, for all but the text, the notice included
constexpr std::size_t kTextBytes = kMaxAnswer - kAroundText;

/// Which lines of a text an answer holds.
struct LinesTold {
  std::int64_t from_line, to_line;
  std::optional<std::int64_t> next_line, lines;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("from_line", &LinesTold::from_line),
        output::field("to_line", &LinesTold::to_line),
        output::field("next_line", &LinesTold::next_line, "It goes on: ask with this from_line."),
        output::field("lines", &LinesTold::lines, "Of the whole text, where it was read whole."));
  }
};

inline LinesTold told(const Chosen& chosen) {
  return {chosen.from_line, chosen.to_line, chosen.next_line, chosen.lines};
}

}  // namespace adomcp::pipelines
