#include "inbound_auth/key_source.h"

#include <algorithm>
#include <exception>

namespace adomcp::inbound_auth {
namespace {

constexpr std::chrono::seconds kUnknownEvery{60};
constexpr std::chrono::seconds kRetryAfter{10};

/// `now` lies shortly after `then`; a clock that was set back doesn't stretch it.
bool just_after(const std::optional<Clock::TimePoint>& then, Clock::TimePoint now,
                std::chrono::seconds brief) {
  return then && now >= *then && now - *then < brief;
}

/// Whatever goes wrong there is a failure like any other: the thread that asks must go on.
Result<KeySet> fetched(const KeySource::Fetch& fetch, const CancelToken& stopping) {
  try {
    return fetch(stopping);
  } catch (const std::exception&) {
    return Error{ErrorCode::kUnavailable, "The issuer's keys can't be read.", {}};
  }
}

}  // namespace

KeySource::KeySource(Fetch fetch, const Clock& clock, KeySourceOptions options)
    : fetch_(std::move(fetch)),
      clock_(clock),
      options_(options),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

KeySource::~KeySource() {
  stopping_.cancel();
}

Result<KeySource::Keys> KeySource::keys(std::string_view key_id) {
  std::unique_lock lock(mutex_);
  if (needs_fetch(key_id, clock_.now())) {
    const auto before = fetches_;
    fetched_.wait_for(lock, options_.wait, [&] { return fetches_ > before; });
  }
  const auto now = clock_.now();
  if (!usable(now)) return unavailable();
  const auto renew_at = obtained_at_ + options_.lifetime / 2;
  const auto expires_at = obtained_at_ + options_.lifetime;
  if (now < renew_at) return Keys{set_, generation_, renew_at};
  ask(now);
  return Keys{set_, generation_, std::min(expires_at, now + kRetryAfter)};
}

std::string KeySource::problem() {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  if (usable(now)) return {};
  ask(now);
  return unavailable().text();
}

bool KeySource::usable(TimePoint now) const {
  return set_ && now < obtained_at_ + options_.lifetime;
}

/// Whether the caller should wait for a fetch, which is then under way.
bool KeySource::needs_fetch(std::string_view key_id, TimePoint now) {
  if (!usable(now)) {
    ask(now);
    return busy();
  }
  if (!set_->find(key_id).empty()) return false;
  if (just_after(unknown_asked_at_, now, kUnknownEvery)) return busy();
  unknown_asked_at_ = now;
  wanted_ = true;
  wake_.notify_one();
  return true;
}

void KeySource::ask(TimePoint now) {
  if (busy() || just_after(failed_at_, now, kRetryAfter)) return;
  wanted_ = true;
  wake_.notify_one();
}

Error KeySource::unavailable() const {
  return {ErrorCode::kUnavailable,
          failure_.empty() ? "The issuer's keys have not come yet." : failure_,
          {},
          kRetryAfter};
}

void KeySource::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return wanted_; })) {
    wanted_ = false;
    fetching_ = true;
    lock.unlock();
    auto result = fetched(fetch_, stopping_);
    const auto now = clock_.now();
    lock.lock();
    fetching_ = false;
    ++fetches_;
    keep(std::move(result), now);
    fetched_.notify_all();
    if (stopping_.cancelled()) return;
  }
}

void KeySource::keep(Result<KeySet> result, TimePoint now) {
  if (!result) {
    failed_at_ = now;
    failure_ = result.error().text();
    return;
  }
  failed_at_.reset();
  failure_.clear();
  obtained_at_ = now;
  if (set_ && set_->fingerprint() == result->fingerprint()) return;
  set_ = std::make_shared<const KeySet>(std::move(result).value());
  ++generation_;
}

}  // namespace adomcp::inbound_auth
