#include "http/sign_in.h"

#include <spdlog/spdlog.h>
#include "core/retry_after.h"
#include "http/answers.h"
#include "http/challenge.h"
#include "http/client_address.h"
#include "http/paths.h"
#include "observe/logging.h"

namespace adomcp::http {

std::chrono::seconds SignInLimit::failed(const std::string& client_ip) {
  constexpr std::chrono::seconds kNone{0};
  const std::string network = ClientAddress::network(client_ip);
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  const auto found = windows_.find(network);
  if (found == windows_.end() && !make_room(now)) return kNone;
  Window& window = found != windows_.end() ? found->second : windows_[network];
  if (is_over(window, now)) window = {now, 0};
  if (window.failures >= kMostFailures) {
    return std::chrono::ceil<std::chrono::seconds>(window.start + kWindow - now);
  }
  ++window.failures;
  return kNone;
}

/// A clock that was set back ends a window too: nobody waits longer than one.
bool SignInLimit::is_over(const Window& window, Clock::TimePoint now) {
  return now < window.start || now >= window.start + kWindow;
}

/// False when the table is full of addresses that are still counted: then a new one isn't.
bool SignInLimit::make_room(Clock::TimePoint now) {
  if (windows_.size() < kMostAddresses) return true;
  std::erase_if(windows_, [now](const auto& entry) { return is_over(entry.second, now); });
  return windows_.size() < kMostAddresses;
}

namespace {

/// Whether a refusal speaks against the one who came; with 503 it is this side that can't tell.
bool is_their_failure(const SignInRefusal& refusal) {
  return refusal.status == 401 || refusal.status == 403;
}

}  // namespace

SignIn::SignIn(const ServerParts& parts)
    : metadata_(parts.server, parts.auth),
      authenticator_(parts.authenticator),
      metrics_(parts.metrics),
      on_refused_(parts.on_refused_sign_in),
      log_(parts.log),
      limit_(parts.clock) {}

std::optional<HttpResponse> SignIn::check(const RequestHead& head, const std::string& client_ip,
                                          std::string_view resource, Caller& caller) {
  try {
    return authenticate(head, client_ip, resource, caller);
  } catch (const std::exception& error) {
    log_->error("http: the sign-in threw: {}", error.what());
    return refuse(500, "internal error");
  }
}

std::optional<HttpResponse> SignIn::authenticate(const RequestHead& head,
                                                 const std::string& client_ip,
                                                 std::string_view resource, Caller& caller) {
  auto found =
      authenticator_.authenticate([&head](std::string_view name) { return head.header(name); });
  if (auto* known = std::get_if<Caller>(&found)) {
    caller = std::move(*known);
    return std::nullopt;
  }
  const auto& refusal = std::get<SignInRefusal>(found);
  if (head.header("Authorization") && is_their_failure(refusal)) {
    const auto wait = limit_.failed(client_ip);
    if (wait.count() > 0) return too_many(wait);
  }
  return turn_away(head, client_ip, resource, refusal);
}

HttpResponse SignIn::turn_away(const RequestHead& head, const std::string& client_ip,
                               std::string_view resource, const SignInRefusal& refusal) {
  metrics_.sign_in_failure(refusal.reason);
  if (on_refused_) on_refused_(refusal, client_ip, path_label(head.path));
  return challenge(refusal, metadata_.url(resource), metadata_.scope(resource));
}

HttpResponse SignIn::too_many(std::chrono::seconds wait) const {
  metrics_.rate_limited("sign_in");
  HttpResponse answer = refuse(429, "too many bad tokens came from this address; wait " +
                                        std::to_string(wait.count()) +
                                        " seconds, and sign in again before the next try");
  answer.headers.push_back(retry_after_header(wait));
  return answer;
}

}  // namespace adomcp::http
