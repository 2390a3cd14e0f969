#pragma once

#include <chrono>
#include <cstddef>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace adomcp {

/// Values by key until each one's time is over. When there are too many, the one that wasn't used
/// for the longest time goes. Not thread-safe.
template <typename Value>
class ExpiringCache {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  explicit ExpiringCache(std::size_t capacity) : capacity_(capacity) {}

  std::optional<Value> find(const std::string& key, TimePoint now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    const auto entry = found->second;
    if (entry->expires_at <= now) {
      remove(entry);
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->value;
  }

  void put(const std::string& key, Value value, TimePoint expires_at, TimePoint now) {
    drop_expired(now);
    drop(key);
    while (!entries_.empty() && entries_.size() >= capacity_) remove(std::prev(entries_.end()));
    entries_.push_front({key, std::move(value), expires_at});
    by_key_.emplace(key, entries_.begin());
  }

  void drop_expired(TimePoint now) {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto current = entry++;
      if (current->expires_at <= now) remove(current);
    }
  }

  void drop(const std::string& key) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) remove(found->second);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    Value value;
    TimePoint expires_at;
  };
  using Place = typename std::list<Entry>::iterator;

  void remove(Place entry) {
    by_key_.erase(entry->key);
    entries_.erase(entry);
  }

  std::size_t capacity_;
  std::list<Entry> entries_;  // the last used first
  std::unordered_map<std::string, Place> by_key_;
};

}  // namespace adomcp
