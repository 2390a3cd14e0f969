#include "state/memory_store.h"

namespace adomcp::state {
namespace {

// Clocks of replicas and of callers differ a little; what expired just now is not forgotten yet.
constexpr std::chrono::minutes kGrace{10};

}  // namespace

Result<bool> MemoryStore::create(const std::string& name, const std::string& value,
                                 Clock::TimePoint expires_at, const Patience&) {
  if (auto good = check_entry(name, value); !good) return good.error();
  const std::lock_guard lock(mutex_);
  if (entries_.contains(name)) return false;
  if (entries_.size() >= most_) sweep();
  if (entries_.size() >= most_) {
    return Error{ErrorCode::kUnavailable, "The state kept in memory is full.",
                 "Try again later, or configure state.store: {blob: …}."};
  }
  entries_.emplace(name, Entry{value, expires_at});
  return true;
}

Result<std::optional<std::string>> MemoryStore::read(const std::string& name, const Patience&) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.expires_at <= clock_.now()) {
    return std::optional<std::string>();
  }
  return std::optional<std::string>(found->second.value);
}

void MemoryStore::sweep() {
  const auto now = clock_.now();
  std::erase_if(entries_,
                [&](const auto& entry) { return now - kGrace >= entry.second.expires_at; });
}

}  // namespace adomcp::state
