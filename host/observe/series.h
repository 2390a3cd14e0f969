#pragma once

#include <prometheus/labels.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::observe {

/// The series of one metric, found by the values of its one to three labels. After `kMostSeries` of
/// them every new one is counted as "other", so that no caller can make it grow. Thread-safe.
template <typename Metric>
class Series {
 public:
  using Values = std::array<std::string_view, 3>;
  using Add = std::function<Metric&(const prometheus::Labels&)>;

  static constexpr std::size_t kMostSeries = 1000;

  /// `names`: of the labels, as many as there are. `add` makes the series with these labels.
  Series(std::array<std::string, 3> names, Add add)
      : names_(std::move(names)), add_(std::move(add)) {}
  Series(std::string first, std::string second, Add add)
      : Series({std::move(first), std::move(second), {}}, std::move(add)) {}

  Metric& of(std::string_view first, std::string_view second = {}, std::string_view third = {}) {
    const Values values{first, second, third};
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = known_.find(values); found != known_.end()) return *found->second;
    }
    const std::unique_lock lock(mutex_);
    if (const auto found = known_.find(values); found != known_.end()) return *found->second;
    if (known_.size() < kMostSeries) return make(values);
    const Values other{"other", second.empty() ? "" : "other", third.empty() ? "" : "other"};
    const auto found = known_.find(other);
    return found != known_.end() ? *found->second : make(other);
  }

 private:
  using Kept = std::array<std::string, 3>;
  struct Less {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
  };

  Metric& make(const Values& values) {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!names_[i].empty()) labels.emplace(names_[i], values[i]);
    }
    Metric& made = add_(labels);
    known_.emplace(Kept{std::string(values[0]), std::string(values[1]), std::string(values[2])},
                   &made);
    return made;
  }

  const Kept names_;
  const Add add_;
  std::shared_mutex mutex_;  // guards known_
  std::map<Kept, Metric*, Less> known_;
};

}  // namespace adomcp::observe
