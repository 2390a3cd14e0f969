#pragma once

#include <cstddef>
#include <vector>

#include "model.h"
#include "reader.h"
#include "usual_lines.h"

namespace adomcp::failure_logs {

/// What the kept lines of a log are worth, by their index.
struct Ranking {
  std::vector<float> line;   ///< how likely each would be marked
  std::vector<float> block;  ///< the same, half its own and half that of the lines around it
  std::vector<bool> usual;   ///< says something, and stands in the log of a good run too
};

/// Weighs every line kept by a reader that has finished; those among `usual`, where it is known,
/// count little. Pure.
Ranking rank_lines(const Reader& reader, const Model& model, const UsualLines* usual);

/// Half a value and half the mean over `reach` values before and after it.
std::vector<float> smoothed(const std::vector<float>& values, std::size_t reach);

}  // namespace adomcp::failure_logs
