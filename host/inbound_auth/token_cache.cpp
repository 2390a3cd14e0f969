#include "inbound_auth/token_cache.h"

#include <utility>

namespace adomcp::inbound_auth {

std::shared_ptr<const Caller> TokenCache::find(const std::string& digest, TimePoint now,
                                               std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  auto kept = kept_.find(digest, now);
  if (!kept) return nullptr;
  if (kept->generation == generation) return std::move(kept->caller);
  kept_.drop(digest);
  return nullptr;
}

void TokenCache::keep(const std::string& digest, std::shared_ptr<const Caller> caller,
                      TimePoint until, TimePoint now, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  kept_.put(digest, {std::move(caller), generation}, until, now);
}

}  // namespace adomcp::inbound_auth
