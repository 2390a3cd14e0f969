#include "core/edit_distance.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace adomcp {
namespace {

/// A row of the table for each character of `from`: what it costs to come to each start of `to`.
template <bool kWild>
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char c : from) {
    const bool any_run = kWild && c == '*';
    const bool any_one = kWild && c == '?';
    std::size_t diagonal = row[0];
    if (!any_run) ++row[0];
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::size_t replaced = diagonal + (any_one || c == to[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] =
          any_run ? std::min(row[j], row[j - 1]) : std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view other) {
  return distance<false>(one, other);
}

std::size_t pattern_distance(std::string_view pattern, std::string_view text) {
  return distance<true>(pattern, text);
}

}  // namespace adomcp
