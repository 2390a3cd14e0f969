#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "mcp/operations/request_seal.h"
#include "state/confirmations.h"
#include "state/memory_store.h"
#include "support/manual_clock.h"

namespace adomcp::mcp {

/// What replicas share, in memory, with what rests on it. A test may take the store away.
struct SharedState {
  class Store final : public state::Store {
   public:
    explicit Store(const Clock& clock) : store_(clock) {}

    Result<bool> create(const std::string& name, const std::string& value,
                        Clock::TimePoint expires_at, const state::Patience& patience) override {
      if (failing) return down();
      return store_.create(name, value, expires_at, patience);
    }
    Status write(const std::string& name, const std::string& value, Clock::TimePoint expires_at,
                 const state::Patience& patience) override {
      if (failing) return down();
      return store_.write(name, value, expires_at, patience);
    }
    Status remove(const std::string& name, const state::Patience& patience) override {
      if (failing) return down();
      return store_.remove(name, patience);
    }
    Result<std::optional<std::string>> read(const std::string& name,
                                            const state::Patience& patience) override {
      if (failing) return down();
      return store_.read(name, patience);
    }
    bool shared() const override { return is_shared; }

    std::atomic<bool> failing = false;
    std::atomic<bool> is_shared = true;

   private:
    static Error down() { return {ErrorCode::kUnavailable, "The store can't be reached.", {}}; }
    state::MemoryStore store_;
  };

  testing_support::ManualClock clock;
  Store store{clock};
  state::KeyRing keys{{}, store};
  state::Confirmations confirmations{store, keys, clock, /*many_replicas=*/true};
  RequestSeal seal{keys, clock};
};

}  // namespace adomcp::mcp
