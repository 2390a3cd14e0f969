#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/event_stream.h"
#include "mcp/sessions/replay_store.h"

namespace adomcp::mcp {

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
