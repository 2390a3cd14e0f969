#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "state/sealer.h"
#include "state/store.h"

namespace adomcp::state {

/// The sealing keys that all replicas agree on: the configured ones, else one that whichever
/// replica came first made in the store. Thread-safe.
class KeyRing {
 public:
  /// `configured`: base64, newest first; empty: the store's. Throws std::invalid_argument for a key
  /// that isn't 32 bytes. `store` must outlive it.
  KeyRing(const std::vector<std::string>& configured, Store& store);

  /// Asks the store until it has once answered. kUnavailable when it doesn't.
  Result<std::shared_ptr<const Sealer>> sealer(const Patience& patience);

 private:
  Result<std::string> agreed_key(const Patience& patience);

  Store& store_;
  std::mutex mutex_;  // guards sealer_
  std::shared_ptr<const Sealer> sealer_;
};

}  // namespace adomcp::state
