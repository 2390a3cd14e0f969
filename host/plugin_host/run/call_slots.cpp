#include "plugin_host/run/call_slots.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace adomcp::plugin_host {

struct CallSlots::Slot::State {
  State(unsigned at_a_time, unsigned most_abandoned)
      : most(std::max(at_a_time, 1U)), max_abandoned(most_abandoned) {}

  const unsigned most;
  const unsigned max_abandoned;
  mutable std::mutex mutex;  // guards what follows
  std::condition_variable freed;
  unsigned taken = 0;  // those of the next two lines too
  unsigned abandoned = 0;
  unsigned lent = 0;
  unsigned waiting = 0;

  bool has_one() const { return taken < most + std::min(abandoned, max_abandoned) + lent; }
  bool stuck() const { return abandoned + lent == taken; }
  void wake_one() {
    if (waiting > 0) freed.notify_one();
  }
};

CallSlots::Slot::~Slot() {
  if (state_ == nullptr) return;
  const std::lock_guard lock(state_->mutex);
  --state_->taken;
  if (abandoned_) --state_->abandoned;
  if (lent_) --state_->lent;
  state_->wake_one();
}

void CallSlots::Slot::abandon() {
  const std::lock_guard lock(state_->mutex);
  if (std::exchange(lent_, false)) --state_->lent;
  if (!std::exchange(abandoned_, true)) ++state_->abandoned;
  state_->wake_one();
}

void CallSlots::Slot::lend() {
  const std::lock_guard lock(state_->mutex);
  if (!std::exchange(lent_, true)) ++state_->lent;
  state_->wake_one();
}

CallSlots::CallSlots(unsigned at_a_time, unsigned max_abandoned)
    : state_(std::make_shared<Slot::State>(at_a_time, max_abandoned)) {}

std::variant<CallSlots::Slot, CallSlots::Refused> CallSlots::take(
    std::chrono::steady_clock::time_point until) {
  auto& state = *state_;
  std::unique_lock lock(state.mutex);
  while (!state.has_one()) {
    if (state.stuck()) return Refused::kStuck;
    ++state.waiting;
    const auto woken = state.freed.wait_until(lock, until);
    --state.waiting;
    if (woken == std::cv_status::timeout && !state.has_one()) return Refused::kBusy;
  }
  ++state.taken;
  return Slot(state_);
}

unsigned CallSlots::abandoned() const {
  const std::lock_guard lock(state_->mutex);
  return state_->abandoned;
}

}  // namespace adomcp::plugin_host
