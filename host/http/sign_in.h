#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/clock.h"
#include "http/request_head.h"
#include "http/resource_metadata.h"
#include "http/server_parts.h"

namespace adomcp::http {

/// Slows down guessing, and a client that repeats a bad token: after `kMostFailures` bad tokens
/// from one address within `kWindow`, the next ones are answered with how long to wait. Asked only
/// after a token was found bad, so that whoever has a good one is let in whatever others behind the
/// same proxy do; what a bad one costs is bounded by the size of a head and one signature check.
/// Per replica. Holds a fixed amount of memory. Thread-safe.
class SignInLimit {
 public:
  static constexpr unsigned kMostFailures = 20;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kMostAddresses = 4096;

  explicit SignInLimit(const Clock& clock) : clock_(clock) {}

  /// Counts a bad token, unless `client_ip` has had as many as it may: then gives how long it has
  /// to wait. Zero: it was counted. One step, so that many at once are no more than one by one.
  std::chrono::seconds failed(const std::string& client_ip);

 private:
  struct Window {
    Clock::TimePoint start;
    unsigned failures = 0;
  };

  static bool is_over(const Window& window, Clock::TimePoint now);
  bool make_room(Clock::TimePoint now);

  const Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, Window> windows_;
};

/// Lets a request in as somebody, or says how to sign in. Thread-safe.
class SignIn {
 public:
  /// Throws std::invalid_argument as ResourceMetadata does.
  explicit SignIn(const ServerParts& parts);

  /// nullopt: the request is `caller`'s. `resource`: the path that the challenge is about.
  std::optional<HttpResponse> check(const RequestHead& head, const std::string& client_ip,
                                    std::string_view resource, Caller& caller);

  /// Counts and reports a request that is refused, and answers it.
  HttpResponse turn_away(const RequestHead& head, const std::string& client_ip,
                         std::string_view resource, const SignInRefusal& refusal);

  const ResourceMetadata& metadata() const { return metadata_; }

 private:
  std::optional<HttpResponse> authenticate(const RequestHead& head, const std::string& client_ip,
                                           std::string_view resource, Caller& caller);
  HttpResponse too_many(std::chrono::seconds wait) const;

  const ResourceMetadata metadata_;
  const inbound_auth::Authenticator& authenticator_;
  observe::Metrics& metrics_;
  const OnRefusedSignIn on_refused_;
  const std::shared_ptr<spdlog::logger> log_;
  SignInLimit limit_;
};

}  // namespace adomcp::http
