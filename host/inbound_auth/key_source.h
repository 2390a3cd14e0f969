#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "core/cancel_token.h"
#include "core/clock.h"
#include "core/result.h"
#include "inbound_auth/key_set.h"

namespace adomcp::inbound_auth {

struct KeySourceOptions {
  std::chrono::seconds lifetime = std::chrono::hours(24);  ///< how long keys serve without news
  std::chrono::seconds renew = std::chrono::minutes(4);    ///< their age that asks for new ones
  std::chrono::seconds fresh = std::chrono::minutes(5);    ///< their age that callers wait for them
  std::chrono::milliseconds wait{5000};                    ///< how long a caller waits for keys
};

/// Keeps an issuer's keys. One thread asks for them: at the start, while they are used each time
/// they are `renew` old, when a token names an unknown key, and ten seconds after a failure. A key
/// that the issuer withdrew counts until they are `fresh` old: then a caller waits for new ones.
/// While the issuer is down the keys serve until they expire; one that answers with none has
/// withdrawn them all. Unknown keys are asked for at once, but at most six times in a row, a second
/// apart, and then each ten seconds once, and four callers wait for them, since anybody can name
/// one. Thread-safe.
class KeySource {
 public:
  using Fetch = std::function<Result<KeySet>(const CancelToken&)>;
  using TimePoint = Clock::TimePoint;

  struct Keys {
    std::shared_ptr<const KeySet> set;
    std::uint64_t generation = 0;  ///< another one as soon as the keys are others
    TimePoint use_until;           ///< when to ask for them here again
  };

  /// `fetch` must return soon after its token is cancelled.
  KeySource(Fetch fetch, const Clock& clock, KeySourceOptions options = {});
  ~KeySource();
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;

  /// The keys, after asking the issuer again if `key_id` isn't among them or they are old.
  /// kUnavailable while there are none that are young enough, or too many wait already.
  Result<Keys> keys(std::string_view key_id);

  /// Changes with the keys. Never blocks.
  std::uint64_t generation() const { return generation_.load(); }

  /// Why there are no keys; empty while there are. Asks for them when it is time to.
  std::string problem();

 private:
  void work(const std::stop_token& stop);
  void keep(Result<KeySet> result, TimePoint now);
  // Call these with the mutex held.
  bool usable(TimePoint now) const;
  std::chrono::nanoseconds age(TimePoint now) const;
  bool needs_fetch(std::string_view key_id, TimePoint now);
  bool may_ask_for_unknown(TimePoint now);
  void ask(TimePoint now);
  void want();
  bool busy() const { return wanted_ || fetching_; }
  bool wait_for_fetch(std::unique_lock<std::mutex>& lock, bool unknown);
  Error unavailable() const;

  const Fetch fetch_;
  const Clock& clock_;
  const KeySourceOptions options_;
  const CancelToken stopping_;
  std::atomic<std::uint64_t> generation_ = 0;

  std::mutex mutex_;  // guards all below; not held while the issuer is asked
  std::condition_variable_any wake_;
  std::condition_variable_any fetched_;
  bool wanted_ = true;
  bool fetching_ = false;
  std::uint64_t fetches_ = 0;  // that are over
  std::shared_ptr<const KeySet> set_;
  TimePoint obtained_at_;
  unsigned unknown_waiting_ = 0;  // callers
  unsigned unknown_left_;         // times that unknown keys may be asked for
  TimePoint unknown_counted_at_;
  std::optional<TimePoint> fetched_at_;  // the end of the last fetch
  std::optional<TimePoint> failed_at_;
  std::string failure_;

  std::jthread worker_;  // last: it ends before what it uses
};

}  // namespace adomcp::inbound_auth
