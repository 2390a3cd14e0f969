#include "ranking.h"

#include <algorithm>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kBlockReach = 6;
constexpr float kUsualWorth = 0.2F;  // of a line that a good run prints too

/// A brace or a caret stands in every log: only lines that say something are compared.
bool says_something(const KeptRow& row) {
  return row[blank] == 0 && row[words] >= 2;
}

}  // namespace

std::vector<float> smoothed(const std::vector<float>& values, std::size_t reach) {
  std::vector<float> out(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t from = i - std::min(i, reach);
    const std::size_t to = std::min(i + reach, values.size() - 1);
    float sum = 0;
    for (std::size_t j = from; j <= to; ++j) sum += values[j];
    out[i] = values[i] / 2 + sum / static_cast<float>(to - from + 1) / 2;
  }
  return out;
}

Ranking rank_lines(const Reader& reader, const Model& model, const UsualLines* usual) {
  Ranking out;
  const std::size_t count = reader.lines().size();
  out.line.reserve(count);
  out.usual.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const KeptLine& line = reader.lines().at(i);
    const bool known =
        usual != nullptr && says_something(line.row) && usual->has(reader.lines().text(line));
    out.usual.push_back(known);
    out.line.push_back(probability(model, reader.features(i)) * (known ? kUsualWorth : 1.0F));
  }
  out.block = smoothed(out.line, kBlockReach);
  return out;
}

}  // namespace adomcp::failure_logs
