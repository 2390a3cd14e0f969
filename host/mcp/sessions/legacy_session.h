#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/cancel_token.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/event_stream.h"
#include "mcp/sessions/legacy_stream.h"

namespace adomcp::mcp {

/// The requests that a session has sent to its client, and what came back. Thread-safe.
class PendingAnswers {
 public:
  /// The id of a new request; never the same twice.
  std::int64_t open();

  /// A response that the client has posted. One that nobody waits for is dropped, so is a second.
  void deliver(std::int64_t id, nlohmann::json response);

  /// Waits for the response, and closes the request. nullopt: none came until `until`,
  /// `interrupted` said so, or stop() was called.
  std::optional<nlohmann::json> wait(std::int64_t id, Deadline until,
                                     const std::function<bool()>& interrupted);

  /// Nobody waits any more, now or later.
  void stop();

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::int64_t, std::optional<nlohmann::json>> open_;
  std::int64_t next_ = 1;
  bool stopped_ = false;
};

/// One client's session on the legacy wire: what it agreed on, what runs for it and what it
/// listens to. Thread-safe.
class LegacySession {
 public:
  static constexpr std::size_t kMostListening = 4;
  static constexpr std::size_t kMostSubscriptions = 256;

  /// Who a session belongs to.
  struct Owner {
    std::string object_id;
    std::string tenant_id;
    bool application = false;  ///< a program's own token is no person's, whatever its subject
    bool operator==(const Owner&) const = default;
  };
  /// What was agreed on at the beginning.
  struct Terms {
    std::string id;
    Owner owner;
    std::string revision;
    nlohmann::json capabilities;  ///< the client's
    Clock::TimePoint begun;
  };

  LegacySession(Terms terms, const std::shared_ptr<ReplayBudget>& budget);

  const Terms& terms() const { return terms_; }

  void used(Clock::TimePoint now);
  Clock::TimePoint last_used() const;
  /// Whether calls run, or the client listens.
  bool busy() const;
  bool has_calls() const;

  /// The stream of one POST's answers; over() once it is answered.
  std::shared_ptr<LegacyStream> new_post();
  void over(const LegacyStream& post);

  /// A request that is being answered. `id` is its JSON text.
  struct Call {
    CancelToken cancelled;
    std::shared_ptr<LegacyStream> stream;
  };
  /// nullopt: a request with this id is being answered already.
  std::optional<Call> begin(const std::string& id, const std::shared_ptr<LegacyStream>& stream);
  void end(const std::string& id);
  std::optional<Call> call(const std::string& id) const;
  /// What isn't being answered can't be cancelled, and that is no error.
  void cancel(const std::string& id) const;

  PendingAnswers& answers() { return answers_; }

  /// "debug" … "emergency"; empty: the client wants no log.
  std::string log_level() const;
  void set_log_level(std::string level);

  /// False when there are too many.
  bool subscribe(const std::string& uri);
  void unsubscribe(const std::string& uri);
  bool subscribed(const std::string& uri) const;

  /// A stream for messages that belong to no request. The oldest one ends when there are too many.
  /// Null once the session has ended, or listens no more.
  std::shared_ptr<LegacyStream> listen(const std::shared_ptr<EventStream>& connection);
  /// Goes on where `last_event_id` was the last that arrived.
  struct Resumed {
    std::shared_ptr<LegacyStream> stream;  ///< null: nothing is left to go on with
    bool known = false;                    ///< there was such a stream, and something is kept of it
  };
  Resumed resume(const std::shared_ptr<EventStream>& connection, std::string_view last_event_id);

  /// Sends `message` on one of the streams that listen; dropped where there is none.
  void tell(const std::string& message);

  /// Ends the streams that listen, and whatever waits for the client, now and later. Calls go on.
  void stop_listening();
  /// Ends everything. What runs is cancelled.
  void end_all();

 private:
  std::shared_ptr<LegacyStream> make_stream();
  std::shared_ptr<LegacyStream> find_stream(std::uint64_t number) const;

  const Terms terms_;
  const std::shared_ptr<ReplayStore> kept_;
  PendingAnswers answers_;
  mutable std::mutex mutex_;  // guards what follows; never held while sending
  Clock::TimePoint last_used_;
  std::map<std::string, Call> calls_;
  std::map<std::uint64_t, std::shared_ptr<LegacyStream>> posts_;
  std::vector<std::shared_ptr<LegacyStream>> listening_;  // the newest last
  std::set<std::string, std::less<>> subscriptions_;
  std::string log_level_;
  std::uint64_t next_stream_ = 1;
  bool listens_ = true;
  bool ended_ = false;
};

}  // namespace adomcp::mcp
