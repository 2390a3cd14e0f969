#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/client_link.h"
#include "core/clock.h"
#include "core/http_message.h"
#include "core/slots.h"
#include "mcp/sessions/legacy_session.h"
#include "mcp/subscriptions/change.h"
#include "mcp/subscriptions/signed_in_streams.h"
#include "mcp/wire/client.h"
#include "mcp/wire/server.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// Who sent a request of a revision before 2026-07-28, and the way back to them.
struct LegacyCaller {
  Client client;
  std::shared_ptr<ClientLink> link;
  std::function<bool()> cancelled;
};

/// What `session` knows of who asks (without one, what the request itself says), the way back to
/// them, and whether they have cancelled: that they left is no reason to stop. `session` may be
/// null: then nobody can be asked. On the thread of the request.
LegacyCaller caller_of(const std::shared_ptr<LegacySession>& session, const Request& request,
                       const HttpRequest& http_request, std::shared_ptr<spdlog::logger> log);

/// The sessions of clients that speak a revision before 2026-07-28, kept in this process. Each
/// belongs to the principal who began it. Bounded in number, age and memory. Thread-safe.
class LegacySessions {
 public:
  struct Limits {
    std::size_t sessions = 1000;
    std::size_t of_one = 64;  ///< principal, of those who sign in
    std::size_t streams = 1024;
    std::chrono::milliseconds idle = std::chrono::minutes(30);
    std::chrono::milliseconds age = std::chrono::hours(24);
    std::size_t kept_bytes = std::size_t{128} << 20;  ///< of events that can be collected later
  };
  /// Whether the caller may read the resource with this URI.
  using MayRead = std::function<bool(const HttpRequest& http_request, const std::string& uri)>;

  /// `clock` must outlive it. Without `may_read` there is no resource to subscribe to.
  LegacySessions(const Clock& clock, std::shared_ptr<spdlog::logger> log, MayRead may_read,
                 Limits limits);
  LegacySessions(const Clock& clock, std::shared_ptr<spdlog::logger> log, MayRead may_read = {})
      : LegacySessions(clock, std::move(log), std::move(may_read), Limits()) {}

  /// What `initialize` makes: the id of a new session, for the header Mcp-Session-Id. With all
  /// places taken the one that is idle longest goes.
  std::variant<std::string, RpcError> begin(const HttpRequest& http_request,
                                            std::string_view revision,
                                            const nlohmann::json& capabilities);

  /// The session that a request names, if it is its principal's. The error has the HTTP status 400
  /// where the header is missing or another revision is meant, 404 where there is no such session.
  std::variant<std::shared_ptr<LegacySession>, RpcError> find(const HttpRequest& http_request);

  // What a session has of its own.

  /// Answers logging/setLevel and resources/(un)subscribe; nullopt for every other method.
  std::optional<Reply> handle(LegacySession& session, const Request& request,
                              const HttpRequest& http_request) const;
  /// GET: a stream for what isn't the answer to a request, or, with Last-Event-ID, the rest of one
  /// that broke off.
  Reply listen(const HttpRequest& http_request);
  /// DELETE: ends the session and what runs in it.
  std::optional<RpcError> end(const HttpRequest& http_request);

  /// Tells every session that a list is another now; of kResource those that subscribed to `uri`.
  void changed(Change what, const std::string& uri = {});

  /// Closes the streams of GETs whose callers' tokens are over at `now`: what is sent later is
  /// kept, and their clients may come back for it with new ones. What runs goes on.
  void end_signed_out(Clock::TimePoint now) { signed_in_.end_signed_out(now); }

  /// Ends every stream, answers what waits for a client, and takes no new session. What runs goes
  /// on.
  void close_all();

  std::size_t open() const;

 private:
  using Session = std::shared_ptr<LegacySession>;

  Session known(const HttpRequest& http_request) const;
  bool over(const LegacySession& session, Clock::TimePoint now) const;
  std::vector<Session> take_expired();
  bool make_room(const LegacySession::Owner& owner, std::vector<Session>& out);
  std::vector<Session> all() const;

  const Clock& clock_;
  const std::shared_ptr<spdlog::logger> log_;
  const MayRead may_read_;
  const Limits limits_;
  const std::shared_ptr<ReplayBudget> budget_;
  Slots streams_;  // of GETs, all sessions together
  SignedInStreams signed_in_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Session, std::less<>> sessions_;
  Clock::TimePoint next_look_;
  bool closed_ = false;
};

}  // namespace adomcp::mcp
