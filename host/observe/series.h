#pragma once

#include <prometheus/labels.h>

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::observe {

/// The series of one metric, found by the values of its one or two labels. After `kMostSeries` of
/// them every new one is counted as "other", so that no caller can make it grow. Thread-safe.
template <typename Metric>
class Series {
 public:
  using Values = std::pair<std::string_view, std::string_view>;
  using Add = std::function<Metric&(const prometheus::Labels&)>;

  static constexpr std::size_t kMostSeries = 1000;

  /// `second` is empty when there is one label. `add` makes the series with these labels.
  Series(std::string first, std::string second, Add add)
      : first_(std::move(first)), second_(std::move(second)), add_(std::move(add)) {}

  Metric& of(std::string_view first, std::string_view second = {}) {
    const Values values(first, second);
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = known_.find(values); found != known_.end()) return *found->second;
    }
    const std::unique_lock lock(mutex_);
    if (const auto found = known_.find(values); found != known_.end()) return *found->second;
    if (known_.size() < kMostSeries) return make(values);
    const Values other("other", second_.empty() ? "" : "other");
    const auto found = known_.find(other);
    return found != known_.end() ? *found->second : make(other);
  }

 private:
  struct Less {
    using is_transparent = void;
    bool operator()(const Values& a, const Values& b) const { return a < b; }
  };

  Metric& make(const Values& values) {
    prometheus::Labels labels{{first_, std::string(values.first)}};
    if (!second_.empty()) labels.emplace(second_, values.second);
    Metric& made = add_(labels);
    known_.emplace(values, &made);
    return made;
  }

  const std::string first_;
  const std::string second_;
  const Add add_;
  std::shared_mutex mutex_;  // guards known_
  std::map<std::pair<std::string, std::string>, Metric*, Less> known_;
};

}  // namespace adomcp::observe
