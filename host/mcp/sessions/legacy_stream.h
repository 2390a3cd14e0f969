#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/event_stream.h"

namespace adomcp::mcp {

/// How many bytes all stores together may keep. Thread-safe.
struct ReplayBudget {
  explicit ReplayBudget(std::size_t bytes) : most(bytes) {}
  const std::size_t most;
  std::atomic<std::size_t> used = 0;
};

/// The last events of one session's streams, for a client whose connection broke off. The oldest go
/// when there are too many. Thread-safe.
class ReplayStore {
 public:
  static constexpr std::size_t kMostEvents = 256;
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;

  struct Event {
    std::uint64_t stream = 0;
    std::uint64_t number = 0;  ///< within its stream, growing
    std::string message;
  };

  explicit ReplayStore(std::shared_ptr<ReplayBudget> budget) : budget_(std::move(budget)) {}
  ~ReplayStore() { clear(); }
  ReplayStore(const ReplayStore&) = delete;
  ReplayStore& operator=(const ReplayStore&) = delete;

  /// A message larger than all that may be kept isn't.
  void add(std::uint64_t stream, std::uint64_t number, std::string_view message);

  /// What is kept of `stream` with a larger number, in order.
  std::vector<Event> after(std::uint64_t stream, std::uint64_t number) const;

  void clear();

 private:
  void drop_oldest();

  const std::shared_ptr<ReplayBudget> budget_;
  mutable std::mutex mutex_;  // guards what follows
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
};

/// One stream of a session's messages. It outlives its connection: what is sent meanwhile is kept,
/// and the client may come back for it on another one. Thread-safe.
class LegacyStream {
 public:
  /// How long a client should wait before it comes back.
  static constexpr std::chrono::milliseconds kRetry{1000};

  /// `primes`: the first event is an empty one, so that the client has an id to come back with.
  LegacyStream(std::uint64_t number, std::shared_ptr<ReplayStore> store, bool primes)
      : number_(number), store_(std::move(store)), primes_(primes) {}

  std::uint64_t number() const { return number_; }

  /// Of the answer to a POST: the connection that it is sent on. Nothing is sent yet. The requests
  /// of a batch have one connection: what comes after the first, or after go_on(), is ignored.
  void answer_on(std::shared_ptr<EventStream> connection);

  /// Of a GET: goes on on `connection` after the event `after`. False when the stream is complete
  /// with that.
  bool go_on(const std::shared_ptr<EventStream>& connection, std::uint64_t after);

  /// False when the stream is over. A client that isn't there is no reason.
  bool send(std::string_view message);

  /// How the last message of a POST's stream goes out.
  struct Last {
    bool as_answer = true;  ///< false: it went elsewhere, or is kept
    std::string event_id;   ///< of the answer; empty where the answer is no event
  };
  Last finish(std::string_view message);

  /// Ends it without a last message. A POST's own connection ends with its answer.
  void end();

  bool connected() const;
  void lost(const EventStream* connection);

 private:
  std::string id_of(std::uint64_t event) const;
  void put(std::string_view message);

  const std::uint64_t number_;
  const std::shared_ptr<ReplayStore> store_;
  const bool primes_;
  mutable std::mutex mutex_;                 // guards what follows; held while sending
  std::shared_ptr<EventStream> connection_;  // null while nobody is there
  const EventStream* own_ = nullptr;         // the connection of the POST
  std::uint64_t next_ = 1;
  bool begun_ = false;
  bool over_ = false;
};

}  // namespace adomcp::mcp
