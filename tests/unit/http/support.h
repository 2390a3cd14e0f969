#pragma once

#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/text.h"
#include "http/server.h"
#include "support/log_in_memory.h"
#include "support/manual_clock.h"

namespace adomcp::http::testing {

struct Response {
  int status = 0;  ///< 0: the connection ended before a whole answer
  std::string head;
  std::string body;

  /// The value of a header; empty when it isn't there.
  std::string header(std::string_view name) const {
    std::istringstream lines(head);
    std::string line;
    while (std::getline(lines, line)) {
      const std::size_t colon = line.find(':');
      if (colon != std::string::npos && iequals(line.substr(0, colon), name)) {
        return std::string(trim(std::string_view(line).substr(colon + 1)));
      }
    }
    return {};
  }
};

/// A client that sends exactly what it is told. Its receives end after ten seconds, so that a
/// server that says nothing fails a test instead of hanging it.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port)
      : RawClient(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port))) {}
  explicit RawClient(const Poco::Net::StreamSocket& socket) : socket_(socket) {
    socket_.setReceiveTimeout(Poco::Timespan(10, 0));
    socket_.setNoDelay(true);
  }

  RawClient& send(std::string_view bytes) {
    try {
      socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    } catch (const Poco::Exception&) {
      // The server may have closed already; what it said is what counts.
    }
    return *this;
  }

  /// The next answer; `to_head`: the request was HEAD, so no body follows.
  Response receive(bool to_head = false) {
    Response response;
    while (pending_.find("\r\n\r\n") == std::string::npos) {
      if (!more()) return response;
    }
    const std::size_t end = pending_.find("\r\n\r\n") + 4;
    response.head = pending_.substr(0, end);
    pending_.erase(0, end);
    const std::string length = to_head ? "" : response.header("Content-Length");
    const auto size = static_cast<std::size_t>(std::atoll(length.c_str()));  // NOLINT(cert-err34-c)
    while (pending_.size() < size) {
      if (!more()) return response;
    }
    response.body = pending_.substr(0, size);
    pending_.erase(0, size);
    response.status = std::atoi(response.head.c_str() + 9);  // NOLINT(cert-err34-c)
    return response;
  }

  /// All bytes up to and including `mark`; what came when the connection ends before.
  std::string until(std::string_view mark) {
    std::size_t at = pending_.find(mark);
    while (at == std::string::npos && more()) at = pending_.find(mark);
    const std::size_t size = at == std::string::npos ? pending_.size() : at + mark.size();
    std::string out = pending_.substr(0, size);
    pending_.erase(0, size);
    return out;
  }

  /// True when the server closes without another byte.
  bool closed() { return pending_.empty() && !more(); }

  Poco::Net::StreamSocket& socket() { return socket_; }

 private:
  bool more() {
    char buffer[4096];
    try {
      const int n = socket_.receiveBytes(buffer, sizeof buffer);
      if (n <= 0) return false;
      pending_.append(buffer, static_cast<std::size_t>(n));
      return true;
    } catch (const Poco::TimeoutException&) {
      throw;  // fails the test
    } catch (const Poco::Exception&) {
      return false;
    }
  }

  Poco::Net::StreamSocket socket_;
  std::string pending_;
};

inline HttpResponse echo(const HttpRequest& http_request) {
  HttpResponse answer;
  answer.body = "got:" + http_request.body;
  return answer;
}

using testing_support::LogInMemory;
using testing_support::ManualClock;

/// Knows everybody, or those whose token is "good". What it answers may change while it is asked.
class FakeAuthenticator final : public inbound_auth::Authenticator {
 public:
  static constexpr Clock::TimePoint kSignedInUntil{std::chrono::hours(1000)};

  explicit FakeAuthenticator(bool open) : open_(open) {
    refusal_.message = "who are you?";
    refusal_.reason = "no_token";
  }
  std::variant<Caller, SignInRefusal> authenticate(
      const inbound_auth::HeaderLookup& header) const override {
    ++asked;
    const std::lock_guard lock(mutex_);
    if (!open_ && header("Authorization") != "Bearer good") return refusal_;
    Caller caller;
    caller.principal.user_name = "ada";
    caller.principal.roles = roles_;
    caller.signed_in_until = kSignedInUntil;
    return caller;
  }
  std::string problem() const override {
    const std::lock_guard lock(mutex_);
    return problem_;
  }

  void refuse_with(SignInRefusal refusal) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(refusal);
  }
  void give(std::vector<std::string> roles) {
    const std::lock_guard lock(mutex_);
    roles_ = std::move(roles);
  }
  void complain(std::string problem) {
    const std::lock_guard lock(mutex_);
    problem_ = std::move(problem);
  }

  mutable std::atomic<int> asked = 0;

 private:
  const bool open_;
  mutable std::mutex mutex_;  // guards what follows
  SignInRefusal refusal_;
  std::vector<std::string> roles_;
  std::string problem_;
};

/// A server on a free port with everything a test may want to change.
struct TestServer {
  ServerSettings settings;
  AuthSettings auth;
  Timeouts timeouts;
  bool open = true;  ///< false: callers must sign in
  bool legacy_sessions = false;
  Handler handler = echo;
  StatusPage status;
  ToolStates tool_states;
  OnRefusedSignIn on_refused;
  ReloadPage reload;
  std::vector<std::string> not_ready;

  TestServer() { settings.port = 0; }

  TestServer& start() {
    authenticator = std::make_unique<FakeAuthenticator>(open);
    if (open) {
      auth.mode = "none";
    } else if (auth.mode.empty()) {
      auth.mode = "bearer";
      auth.provider = "oidc";
      auth.issuer = "https://issuer.example";
      auth.scopes = {"tools"};
      settings.public_url = "https://mcp.example";
    }
    server = std::make_unique<Server>(parts(), timeouts);
    server->start();
    return *this;
  }
  RawClient connect() const { return RawClient(server->port()); }

  /// A connection whose other end is `address`, one of the loopback network 127.0.0.0/8.
  RawClient connect_from(const std::string& address) const {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress::IPv4);
    socket.impl()->bind(Poco::Net::SocketAddress(address, 0));
    socket.connect(Poco::Net::SocketAddress("127.0.0.1", server->port()));
    return RawClient(socket);
  }

  ServerParts parts() {
    return {.server = settings,
            .auth = auth,
            .authenticator = *authenticator,
            .metrics = metrics,
            .clock = clock,
            .handler = handler,
            .readiness = [this] { return not_ready; },
            .tool_states = tool_states,
            .status = status,
            .reload = reload,
            .on_refused_sign_in = on_refused,
            .legacy_sessions = legacy_sessions,
            .version = "1.2.3",
            .log = log.logger()};
  }

  LogInMemory log;
  ManualClock clock;
  observe::Metrics metrics;
  std::unique_ptr<FakeAuthenticator> authenticator;
  std::unique_ptr<Server> server;
};

/// A POST to /mcp with this body; `extra` holds whole header lines.
inline std::string post(std::string_view body, std::string_view extra = "") {
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         std::string(extra) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

inline std::string post_chunked(std::string_view chunks, std::string_view extra = "") {
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         std::string(extra) + "Transfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

inline std::string request(std::string_view line, std::string_view extra = "") {
  return std::string(line) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(extra) + "\r\n";
}

}  // namespace adomcp::http::testing
