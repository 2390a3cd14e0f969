#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "cause.h"
#include "ranking.h"
#include "reader.h"

namespace adomcp::failure_logs {

/// What an answer may take.
struct Budget {
  std::size_t bytes = 0;
  std::size_t lines = static_cast<std::size_t>(-1);
};

/// Tells what showing the line of an index takes. Asked once a line.
using Cost = std::function<std::size_t(std::size_t index)>;

/// The lines to show, by rising index. A sure answer holds the block that says it and what is as
/// good; an unsure one uses the budget, and the end of the command's output is in it. Pure.
std::vector<std::size_t> choose_lines(const Reader& reader, const Ranking& ranking, bool sure,
                                      const Budget& budget, const Cost& cost);

}  // namespace adomcp::failure_logs
