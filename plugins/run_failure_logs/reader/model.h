#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "features.h"

namespace adomcp::failure_logs {

/// A question to a line: `feature` at most `limit`? Then `yes`, else `no`: another question of the
/// same tree, counted from its first, or an answer.
struct Split {
  Feature feature;
  std::uint8_t limit;
  std::int16_t yes;
  std::int16_t no;
};

/// An answer of a tree, in thousandths.
constexpr std::int16_t weight(int thousandths) {
  return static_cast<std::int16_t>(16384 + thousandths);
}

/// Small trees whose answers are added up.
struct Model {
  std::span<const Split> splits;
  std::span<const std::uint16_t> trees;  ///< where each begins
};

/// All that was learned.
struct Weights {
  Model line;      ///< would a person mark this line?
  Model cause;     ///< would a person mark the line that explains most?
  float sure = 1;  ///< from this probability on a cause is right nine times in ten
};

/// The learned tables, in weights.cpp and cause_weights.cpp, which tests/bench/diagnosis_train.py
/// writes.
const Weights& learned_weights();
/// Their first model.
const Model& line_model();

/// How likely the answer is yes, 0 to 1. `row`: a FeatureRow, or a CauseRow for a cause.
float probability(const Model& model, std::span<const std::uint8_t> row);

}  // namespace adomcp::failure_logs
