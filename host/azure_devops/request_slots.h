#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::azure_devops {

/// How many requests to one organisation are on their way at a time. One caller may hold all of
/// them while nobody else waits; then each gets its share before anybody gets more. Thread-safe.
class RequestSlots {
  struct State;

 public:
  static constexpr unsigned kSlots = 32;

  explicit RequestSlots(std::string organization, unsigned slots = kSlots);

  /// A request on its way; its end frees the slot. May outlive the RequestSlots.
  class Slot {
   public:
    Slot(std::shared_ptr<State> state, std::string principal)
        : state_(std::move(state)), principal_(std::move(principal)) {}
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    std::shared_ptr<State> state_;
    std::string principal_;
  };

  /// Waits for a slot. kThrottled when none came free in time, kCancelled.
  Result<Slot> take(const std::string& principal, Deadline deadline, const CancelToken& cancel);

  /// How many wait right now.
  unsigned waiting() const;

 private:
  struct State {
    explicit State(unsigned count) : slots(count) {}
    bool may_take(const std::string& principal) const;

    struct Part {
      unsigned held = 0;
      unsigned waiting = 0;
    };
    const unsigned slots;
    std::mutex mutex;  // guards what follows
    std::condition_variable freed;
    unsigned in_use = 0;
    std::map<std::string, Part> parts;  ///< of those who hold or wait; never more than calls
  };
  static void leave(State& state, const std::string& principal);

  const std::string organization_;
  std::shared_ptr<State> state_;
};

}  // namespace adomcp::azure_devops
