#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/clock.h"

namespace adomcp::audit {

/// Says which failed sign-ins are recorded, so that a flood of them fills no disk: 60 a minute in
/// all, and 5 of one kind. Thread-safe.
class SignInLimit {
 public:
  /// How many were left out since the last one that was taken; nullopt: leave this one out.
  std::optional<std::uint64_t> take(const std::string& kind, Clock::TimePoint now);

  /// How many were left out since then.
  std::uint64_t left_out() const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::int64_t minute_ = 0;
  unsigned taken_ = 0;
  std::map<std::string, unsigned> taken_of_;  // no larger than the number of those taken
  std::uint64_t left_out_ = 0;
};

}  // namespace adomcp::audit
