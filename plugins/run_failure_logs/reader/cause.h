#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "ranking.h"
#include "reader.h"

namespace adomcp::failure_logs {

/// The line that explains most, and how sure that is.
struct Cause {
  std::size_t index = 0;  ///< of the kept lines
  CauseRow row{};         ///< what is known of it
  float confidence = 0;   ///< how likely a person would mark it
  bool sure = false;      ///< right nine times in ten, on logs of projects that weren't trained on
};

/// Nothing when no line says what is wrong. A line that passed, was skipped or tolerated, stands in
/// the log of a good run too, or only repeats that something failed is no cause. Pure.
std::optional<Cause> find_cause(const Reader& reader, const Ranking& ranking,
                                const Weights& weights);

/// The cause in one line: without marks, and with the lines after it where it doesn't say anything
/// without them. Not yet masked or bounded.
std::string cause_text(const Reader& reader, const Cause& cause);

}  // namespace adomcp::failure_logs
