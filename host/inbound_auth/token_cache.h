#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/expiring_cache.h"
#include "core/sign_in.h"

namespace adomcp::inbound_auth {

/// Callers whose tokens were checked, by the tokens' SHA-256. The one unused for longest goes
/// first. Thread-safe.
class TokenCache {
 public:
  using TimePoint = Clock::TimePoint;

  explicit TokenCache(std::size_t capacity) : kept_(capacity) {}

  /// Null unless the token was kept until after `now`, with the keys of this generation.
  std::shared_ptr<const Caller> find(const std::string& digest, TimePoint now,
                                     std::uint64_t generation);
  void keep(const std::string& digest, std::shared_ptr<const Caller> caller, TimePoint until,
            TimePoint now, std::uint64_t generation);

 private:
  struct Kept {
    std::shared_ptr<const Caller> caller;
    std::uint64_t generation = 0;
  };

  std::mutex mutex_;  // guards kept_
  ExpiringCache<Kept> kept_;
};

}  // namespace adomcp::inbound_auth
