#include "state/memory_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

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
  if (auto room = make_room(1, name.size() + value.size()); !room) return room.error();
  put(name, {value, expires_at});
  return true;
}

Status MemoryStore::write(const std::string& name, const std::string& value,
                          Clock::TimePoint expires_at, const Patience&) {
  if (auto good = check_entry(name, value); !good) return good.error();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  const bool there = found != entries_.end();
  const auto old = there ? found->second.value.size() : 0;
  const auto more = there ? std::max(value.size(), old) - old : name.size() + value.size();
  if (auto room = make_room(there ? 0 : 1, more); !room) return room.error();
  put(name, {value, expires_at});
  return Done{};
}

Status MemoryStore::remove(const std::string& name, const Patience&) {
  if (auto good = check_entry(name, {}); !good) return good.error();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found != entries_.end()) erase(found);
  return Done{};
}

Result<std::optional<std::string>> MemoryStore::read(const std::string& name, const Patience&) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.expires_at <= clock_.now()) {
    return std::optional<std::string>();
  }
  return std::optional<std::string>(found->second.value);
}

bool MemoryStore::has_room(std::size_t entries, std::size_t bytes) const {
  return entries_.size() + entries <= most_ && bytes_ + bytes <= most_bytes_;
}

Status MemoryStore::make_room(std::size_t entries, std::size_t bytes) {
  if (!has_room(entries, bytes)) sweep();
  if (has_room(entries, bytes)) return Done{};
  return Error{ErrorCode::kUnavailable, "The state kept in memory is full.",
               "Try again later, or configure state.store: {blob: …}."};
}

void MemoryStore::put(const std::string& name, Entry entry) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) erase(found);
  bytes_ += name.size() + entry.value.size();
  entries_.emplace(name, std::move(entry));
}

MemoryStore::Entries::iterator MemoryStore::erase(Entries::iterator at) {
  bytes_ -= at->first.size() + at->second.value.size();
  return entries_.erase(at);
}

void MemoryStore::sweep() {
  const auto now = clock_.now();
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    entry = now - kGrace >= entry->second.expires_at ? erase(entry) : std::next(entry);
  }
}

}  // namespace adomcp::state
