#include "inbound_auth/key_source.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

namespace adomcp::inbound_auth {
namespace {

constexpr unsigned kUnknownInARow = 6;
constexpr unsigned kUnknownWaiting = 4;
constexpr std::chrono::seconds kUnknownApart{1};
constexpr std::chrono::seconds kUnknownEvery{10};
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
      unknown_left_(kUnknownInARow),
      unknown_counted_at_(clock.now()),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

KeySource::~KeySource() {
  stopping_.cancel();
}

Result<KeySource::Keys> KeySource::keys(std::string_view key_id) {
  std::unique_lock lock(mutex_);
  if (needs_fetch(key_id, clock_.now())) {
    const bool unknown = usable(clock_.now()) && set_->find(key_id).empty();
    if (!wait_for_fetch(lock, unknown)) {
      return Error{
          ErrorCode::kUnavailable, "The issuer's keys are being read anew.", {}, kUnknownApart};
    }
  }
  const auto now = clock_.now();
  if (!usable(now)) return unavailable();
  const auto expires_at = obtained_at_ + options_.lifetime;
  if (age(now) < options_.renew) {
    return Keys{set_, generation_, std::min(obtained_at_ + options_.renew, expires_at)};
  }
  ask(now);
  auto until = std::min(expires_at, now + kRetryAfter);
  if (age(now) < options_.fresh) until = std::min(until, obtained_at_ + options_.fresh);
  return Keys{set_, generation_, until};
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

/// Of the keys. After the clock was set back nobody knows it: then they are old.
std::chrono::nanoseconds KeySource::age(TimePoint now) const {
  return now < obtained_at_ ? options_.fresh : now - obtained_at_;
}

/// Whether the caller should wait for a fetch, which is then under way.
bool KeySource::needs_fetch(std::string_view key_id, TimePoint now) {
  if (!usable(now)) {
    ask(now);
    return busy();
  }
  if (set_->find(key_id).empty()) {
    if (!busy() && !may_ask_for_unknown(now)) return false;
    want();
    return true;
  }
  if (age(now) < options_.fresh) return false;
  // An issuer that didn't answer before holds up nobody: the keys serve as they are.
  const bool answers = failure_.empty();
  ask(now);
  return answers && busy();
}

/// Counts it too.
bool KeySource::may_ask_for_unknown(TimePoint now) {
  if (just_after(failed_at_, now, kRetryAfter)) return false;
  if (just_after(fetched_at_, now, kUnknownApart)) return false;
  if (now < unknown_counted_at_) unknown_counted_at_ = now;
  const auto more = (now - unknown_counted_at_) / kUnknownEvery;
  unknown_counted_at_ += more * kUnknownEvery;
  unknown_left_ =
      static_cast<unsigned>(std::min<std::int64_t>(unknown_left_ + more, kUnknownInARow));
  if (unknown_left_ == 0) return false;
  --unknown_left_;
  return true;
}

void KeySource::ask(TimePoint now) {
  if (!busy() && !just_after(failed_at_, now, kRetryAfter)) want();
}

void KeySource::want() {
  if (busy()) return;
  wanted_ = true;
  wake_.notify_one();
}

/// False when too many callers wait for unknown keys already.
bool KeySource::wait_for_fetch(std::unique_lock<std::mutex>& lock, bool unknown) {
  if (unknown && unknown_waiting_ >= kUnknownWaiting) return false;
  if (unknown) ++unknown_waiting_;
  const auto before = fetches_;
  fetched_.wait_for(lock, options_.wait, [&] { return fetches_ > before; });
  if (unknown) --unknown_waiting_;
  return true;
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
  fetched_at_ = now;
  if (!result) {
    failed_at_ = now;
    failure_ = result.error().text();
    const bool withdrawn = result.error().code == ErrorCode::kDenied;
    if (withdrawn && std::exchange(set_, nullptr)) ++generation_;
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
