#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::net {

/// Runs lookups that nothing can interrupt, so that whoever asks still waits no longer than its
/// deadline. Each runs on one of a few threads, which are made when there is work and end without
/// it. One that nobody waits for any more is dropped, or left to end by itself once it has begun;
/// it may end after this object. Thread-safe.
class Lookups {
 public:
  using Names = std::vector<std::string>;
  /// Must not throw, and owns all that it needs.
  using Work = std::function<Result<Names>()>;

  Lookups();
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  /// What `work` gives, or kTimeout or kCancelled (noticed within 50 ms) when it takes too long.
  /// Those who ask for the same name at the same time share one lookup, whose work is the first
  /// one's. kUnavailable at once when too many names wait already.
  Result<Names> find(const std::string& name, Work work, Deadline deadline,
                     const CancelToken& cancel);

 private:
  struct Lookup;
  struct State;

  std::shared_ptr<State> state_;  // shared with the threads
};

}  // namespace adomcp::net
