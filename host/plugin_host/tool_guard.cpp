#include "plugin_host/tool_guard.h"

#include <algorithm>
#include <utility>

namespace adomcp::plugin_host {
namespace {

constexpr std::chrono::milliseconds kBusyWait = std::chrono::seconds(1);

}  // namespace

ToolGuard::Pass::~Pass() {
  if (guard_ == nullptr) return;
  if (!told_) guard_->report(ticket_, CallVerdict::kNeither);
  if (!apart_ || hung_) guard_->leave(hung_);
}

bool ToolGuard::Pass::report(CallVerdict verdict) {
  if (std::exchange(told_, true)) return false;
  return guard_->report(ticket_, verdict);
}

void ToolGuard::Pass::hang() {
  if (!std::exchange(hung_, true)) guard_->add_hung(apart_);
}

void ToolGuard::Pass::set_apart() {
  if (!std::exchange(apart_, true)) guard_->set_apart(ticket_);
}

ToolGuard::ToolGuard(unsigned at_a_time, Now now)
    : at_a_time_(std::max(at_a_time, 1U)), now_(std::move(now)) {}

ToolGuard::Entry ToolGuard::enter(const Look& look) {
  std::unique_lock lock(mutex_);
  bool waits = false;
  const auto leave_queue = [&] {
    if (waits) --waiting_;
  };
  while (true) {
    auto refused = refusal();
    if (!refused && running_ < at_a_time_) {
      leave_queue();
      ++running_;
      return Pass(shared_from_this(), breaker_.admit(now_()));
    }
    if (!refused && !waits && waiting_ >= at_a_time_ * kWaitingPerSlot) {
      refused = Refusal{Refusal::Why::kBusy, kBusyWait};
    }
    if (refused) {
      leave_queue();
      return *refused;
    }
    if (!std::exchange(waits, true)) ++waiting_;
    lock.unlock();
    const auto next_look = look();
    lock.lock();
    if (!next_look) {
      leave_queue();
      return NoLonger{};
    }
    // What changed while the lock was away isn't overslept for longer than until the next look.
    if (!refusal() && running_ >= at_a_time_) changed_.wait_until(lock, *next_look);
  }
}

GuardState ToolGuard::state() const {
  const std::lock_guard lock(mutex_);
  const auto breaker = too_many_hang() ? BreakerState::kOpen : breaker_.state(now_());
  return {breaker, running_ - hung_, waiting_, hung_};
}

std::optional<ToolGuard::Refusal> ToolGuard::refusal() const {
  const auto broken = breaker_.refuses(now_());
  if (too_many_hang()) return Refusal{Refusal::Why::kHung, broken.value_or(kOpenFor)};
  if (broken) return Refusal{Refusal::Why::kBroken, *broken};
  return std::nullopt;
}

bool ToolGuard::too_many_hang() const {
  return hung_ >= std::min(kMostHung, at_a_time_);
}

void ToolGuard::leave(bool hung) {
  const std::lock_guard lock(mutex_);
  --running_;
  if (hung) --hung_;
  changed_.notify_one();
}

void ToolGuard::add_hung(bool apart) {
  const std::lock_guard lock(mutex_);
  if (apart) ++running_;
  ++hung_;
  if (too_many_hang()) changed_.notify_all();
}

void ToolGuard::set_apart(Breaker::Ticket ticket) {
  const std::lock_guard lock(mutex_);
  --running_;
  // A trial that goes on for hours must not keep the tool from being tried; its verdict comes
  // later.
  breaker_.report(ticket, CallVerdict::kNeither, now_());
  changed_.notify_one();
}

bool ToolGuard::report(Breaker::Ticket ticket, CallVerdict verdict) {
  const std::lock_guard lock(mutex_);
  const bool opened = breaker_.report(ticket, verdict, now_());
  if (opened) changed_.notify_all();
  return opened;
}

std::string to_text(const ToolGuard::Refusal& refusal, const std::string& name,
                    OperationKind kind) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(refusal.retry_in).count();
  std::string text = "The " + std::string(to_string(kind)) + " '" + name + "' ";
  switch (refusal.why) {
    case ToolGuard::Refusal::Why::kBroken:
      text += "is not called for now, because its last calls crashed or hung";
      break;
    case ToolGuard::Refusal::Why::kHung:
      text += "is not called for now, because too many of its calls hang and do not come back";
      break;
    case ToolGuard::Refusal::Why::kBusy:
      text += "is busy, and enough calls wait for it already";
      break;
  }
  return text + "; retry in " + std::to_string(seconds) + " s.";
}

}  // namespace adomcp::plugin_host
