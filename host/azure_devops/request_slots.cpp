#include "azure_devops/request_slots.h"

#include <algorithm>
#include <utility>

namespace adomcp::azure_devops {
namespace {

constexpr std::chrono::milliseconds kLook{50};  // how soon a cancelled waiter notices

}  // namespace

RequestSlots::RequestSlots(std::string organization, unsigned slots)
    : organization_(std::move(organization)), state_(std::make_shared<State>(slots)) {}

bool RequestSlots::State::may_take(const std::string& principal) const {
  if (in_use >= slots) return false;
  const auto share = std::max<std::size_t>(1, slots / parts.size());
  if (parts.at(principal).held < share) return true;
  return std::none_of(parts.begin(), parts.end(), [&](const auto& part) {
    return part.first != principal && part.second.waiting > 0 && part.second.held < share;
  });
}

/// With the mutex held.
void RequestSlots::leave(State& state, const std::string& principal) {
  const auto part = state.parts.find(principal);
  if (part->second.held == 0 && part->second.waiting == 0) state.parts.erase(part);
  state.freed.notify_all();
}

Result<RequestSlots::Slot> RequestSlots::take(const std::string& principal, Deadline deadline,
                                              const CancelToken& cancel) {
  std::unique_lock lock(state_->mutex);
  auto& part = state_->parts[principal];
  ++part.waiting;
  std::optional<Error> error;
  while (!error && !state_->may_take(principal)) {
    if (cancel.cancelled()) {
      error = Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
    } else if (deadline.passed()) {
      error = Error{ErrorCode::kThrottled,
                    "Too many requests to organization '" + organization_ +
                        "' are on their way, and none of them ended in time. Nothing was sent.",
                    "Try again in a moment.", std::chrono::seconds(1)};
    } else {
      state_->freed.wait_for(lock, std::min(kLook, deadline.remaining()));
    }
  }
  --part.waiting;
  if (error) {
    leave(*state_, principal);
    return std::move(*error);
  }
  ++part.held;
  ++state_->in_use;
  return Slot(state_, principal);
}

unsigned RequestSlots::waiting() const {
  const std::lock_guard lock(state_->mutex);
  unsigned all = 0;
  for (const auto& [principal, part] : state_->parts) all += part.waiting;
  return all;
}

RequestSlots::Slot::~Slot() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  --state_->in_use;
  --state_->parts.at(principal_).held;
  leave(*state_, principal_);
}

}  // namespace adomcp::azure_devops
