#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/clock.h"
#include "core/sign_in.h"

namespace adomcp::inbound_auth {

/// Callers whose tokens were checked, by the tokens' SHA-256. The one unused for longest goes
/// first. Thread-safe.
class TokenCache {
 public:
  using TimePoint = Clock::TimePoint;

  explicit TokenCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null unless the token was kept until after `now`, with the keys of this generation.
  std::shared_ptr<const Caller> find(const std::string& digest, TimePoint now,
                                     std::uint64_t generation);
  void keep(const std::string& digest, std::shared_ptr<const Caller> caller, TimePoint until,
            std::uint64_t generation);

 private:
  struct Entry {
    std::string digest;
    std::shared_ptr<const Caller> caller;
    TimePoint until;
    std::uint64_t generation = 0;
  };
  using Entries = std::list<Entry>;

  const std::size_t capacity_;
  std::mutex mutex_;  // guards all below
  Entries entries_;   // the latest used first
  std::unordered_map<std::string, Entries::iterator> index_;
};

}  // namespace adomcp::inbound_auth
