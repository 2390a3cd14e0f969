#include "inbound_auth/token_cache.h"

#include <utility>

namespace adomcp::inbound_auth {

std::shared_ptr<const Caller> TokenCache::find(const std::string& digest, TimePoint now,
                                               std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(digest);
  if (found == index_.end()) return nullptr;
  const auto entry = found->second;
  if (now >= entry->until || generation != entry->generation) {
    entries_.erase(entry);
    index_.erase(found);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->caller;
}

void TokenCache::keep(const std::string& digest, std::shared_ptr<const Caller> caller,
                      TimePoint until, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (const auto found = index_.find(digest); found != index_.end()) {
    entries_.erase(found->second);
    index_.erase(found);
  }
  entries_.push_front({digest, std::move(caller), until, generation});
  index_[digest] = entries_.begin();
  if (entries_.size() <= capacity_) return;
  index_.erase(entries_.back().digest);
  entries_.pop_back();
}

}  // namespace adomcp::inbound_auth
