#include "model.h"

#include <cmath>

namespace adomcp::failure_logs {

namespace {

constexpr std::int16_t kFirstWeight = 1024;  // below: the number of a split

int answer(const Split* tree, std::span<const std::uint8_t> row) {
  std::int16_t at = 0;
  do {
    const Split& split = tree[at];
    at = row[split.feature] <= split.limit ? split.yes : split.no;
  } while (at < kFirstWeight);
  return at - weight(0);
}

}  // namespace

float probability(const Model& model, std::span<const std::uint8_t> row) {
  int sum = 0;
  for (const std::uint16_t tree : model.trees) sum += answer(&model.splits[tree], row);
  return 1.0F / (1.0F + std::exp(static_cast<float>(-sum) / 1000.0F));
}

}  // namespace adomcp::failure_logs
