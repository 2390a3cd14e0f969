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

/// The learned table, in weights.cpp, which tests/bench/diagnosis_train.py writes.
const Model& line_model();

/// How likely a person would mark the line: 0 to 1.
float probability(const Model& model, const FeatureRow& row);

}  // namespace adomcp::failure_logs
