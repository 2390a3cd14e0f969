#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "mcp/subscriptions/subscription_filter.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

struct SubscriptionLimits {
  std::size_t streams = 1024;
  std::chrono::milliseconds age{0};  ///< after which end_aged() ends one; 0: never
};

/// The streams of subscriptions/listen: who wants to hear of what. Must outlive the streams, which
/// the transport ends. Thread-safe.
class Subscriptions {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Now = std::function<Time()>;
  /// Whether the listener may know of the resource with this URI; asked again for every change.
  using MayRead = std::function<bool(const std::string& uri)>;

  static constexpr std::size_t kMostOfOnePerson = 64;  ///< of those who sign in

  explicit Subscriptions(SubscriptionLimits limits = {}, Now now = &std::chrono::steady_clock::now)
      : limits_(limits), now_(std::move(now)) {}

  /// Answers `subscriptions/listen`: the request's stream says first what it will tell, and stays.
  Reply listen(const Request& request, const HttpRequest& http_request, MayRead may_read = {});

  /// Tells those who asked for it. Whoever doesn't take it is let go by their stream. `uri`: of
  /// Change::kResource alone.
  void changed(Change what, const std::string& uri = {});

  /// Ends the streams that are open for too long, as close_all() does.
  void end_aged();

  /// Ends the streams whose listeners' tokens are over at `now`, in the same way.
  void end_signed_out(Clock::TimePoint now);

  /// Ends every stream, each with the cancellation and the result that the specification asks for,
  /// and takes no new ones.
  void close_all();

  std::size_t open() const;

 private:
  struct Listener;
  std::optional<RpcError> refuse_another(const std::string& person) const;
  std::vector<std::shared_ptr<Listener>> all() const;

  const SubscriptionLimits limits_;
  const Now now_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::uint64_t, std::shared_ptr<Listener>> listeners_;
  std::uint64_t next_ = 0;
  bool closed_ = false;
};

}  // namespace adomcp::mcp
