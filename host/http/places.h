#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/settings.h"
#include "http/client_address.h"
#include "http/watchdog.h"
#include "observe/metrics.h"

namespace spdlog {
class logger;
}

namespace adomcp::http {

/// Shares server.limits.connections out. Where callers must sign in, one address (of IPv6, one /64)
/// has a quarter of them for connections on which nobody has yet: with each one more, the oldest
/// gets no more time than a moment. Once the server is full, one that waits for its client gives
/// way to a new one: the oldest on which nobody has signed in, first of those whose address has
/// more than its share. Signed-in ones that are idle give way too, but only to a request that has
/// arrived. A call that is under way never does. A few further places are for health pages, so that
/// those are answered even while every connection is at work. Trusted proxies carry everybody: they
/// have no share and as much time as those who signed in, but give way like others. Thread-safe.
class Places {
 public:
  /// Connections beyond server.limits.connections.
  static constexpr std::size_t kHealthPlaces = 8;
  /// Connections that gave way and have not ended yet.
  static constexpr std::size_t kMostLeaving = 64;

  class Place;

  /// Throws std::invalid_argument as ClientAddress does. `sign_in`: callers must. `grace`: that
  /// moment.
  Places(const ServerSettings& server, bool sign_in, std::chrono::milliseconds grace,
         observe::Metrics& metrics, std::shared_ptr<spdlog::logger> log);
  ~Places();
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  /// A place for a connection from `peer`; null when it must be turned away.
  std::unique_ptr<Place> enter(const std::string& peer);

 private:
  enum class Kind { kFull, kHealth, kStream };
  /// Among whom one is looked for that gives way.
  enum class Among { kSameNetwork, kStrangers, kHealth, kAll };
  struct Candidate;

  bool make_room(Among among, const std::string& network);
  static bool is_among(Among among, const Place& place, const std::string& network);
  void hurry_one(const std::string& network);
  std::vector<Candidate> candidates(Among among, const std::string& network) const;
  std::size_t strangers_of(const std::string& network) const;
  std::size_t rank_of(const Place& place, Watchdog::Phase phase) const;
  std::size_t& count(Kind kind) { return kind == Kind::kFull ? full_ : health_; }
  bool anybody_waits() const;
  void leave(const Place& place);
  void forget_stranger(const Place& place);

  const std::size_t most_;
  const std::size_t share_;
  const bool sign_in_;
  const std::chrono::milliseconds grace_;
  const ClientAddress addresses_;
  observe::Metrics& metrics_;
  const std::shared_ptr<spdlog::logger> log_;
  mutable std::mutex mutex_;  // guards all below, and what Place says
  std::unordered_set<Place*> places_;
  std::unordered_map<std::string, std::size_t> strangers_;  // by network
  std::condition_variable freed_;
  std::size_t full_ = 0;
  std::size_t health_ = 0;
  std::size_t leaving_ = 0;
};

/// One connection's place, until it is destroyed. For the connection's own thread.
class Places::Place {
 public:
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  /// From now on the connection can be asked to give way; `ticket` must outlive this.
  void bind(Watchdog::Ticket& ticket);

  /// True while only a health page may be answered.
  bool health_only() const { return kind_ == Kind::kHealth; }

  /// With health_only(): whether move_up() has a chance.
  bool may_move_up() const;

  /// With health_only(): makes this a place like any other; may wait a second for one that works
  /// just now. False: the server is full.
  bool move_up();

  /// True while the connection has only little time to say who it is.
  bool is_hurried() const {
    return health_only() || (places_.sign_in_ && !known_ && !network_.empty());
  }

  /// A request of this connection was somebody's.
  void signed_in();

  /// The connection became a stream: those have a bound of their own.
  void become_stream();

 private:
  friend class Places;
  Place(Places& places, std::string network, Kind kind);

  Places& places_;
  const std::string network_;  // empty: it carries many callers, so that no share is counted
  Kind kind_;
  bool known_ = false;
  bool yielded_ = false;
  Watchdog::Ticket* ticket_ = nullptr;
};

}  // namespace adomcp::http
