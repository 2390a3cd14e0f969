#include "http/server.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "core/carriers.h"
#include "http/client_address.h"
#include "http/places.h"
#include "http/routes.h"
#include "http/stream_hub.h"
#include "http/tls.h"
#include "http/watchdog.h"
#include "observe/logging.h"

namespace adomcp::http {
namespace {

constexpr int kBacklog = 128;

/// Owns a connection for as long as a fiber serves it; then the hub may hold it.
class Task final : public StreamHub::Held {
 public:
  Task(const Poco::Net::StreamSocket& socket, std::string peer,
       std::unique_ptr<Places::Place> place, Connection::Shared shared, StreamHub& streams)
      : connection_(socket, std::move(peer), std::move(place), shared), streams_(streams) {}
  void run() {
    std::unique_ptr<Task> self(this);
    if (connection_.run() == Connection::End::kStreaming) streams_.hold(std::move(self));
  }
  int descriptor() const override { return connection_.descriptor(); }
  bool keep_alive() override { return connection_.keep_alive(); }

 private:
  Connection connection_;
  StreamHub& streams_;
};

std::chrono::milliseconds shortest(const Timeouts& timeouts) {
  return std::min({timeouts.idle, timeouts.read, timeouts.stranger_head, timeouts.stranger_idle,
                   timeouts.stranger_grace, timeouts.send, timeouts.linger});
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(const ServerParts& parts, Timeouts timeouts)
      : settings_(parts.server),
        timeouts_(timeouts),
        log_(parts.log),
        routes_(parts),
        places_(parts.server, parts.auth.mode != "none", timeouts_.stranger_grace, parts.metrics,
                parts.log),
        watchdog_(shortest(timeouts_)),
        streams_(timeouts_.keep_alive),
        socket_(make_socket()) {}

  ~Implementation() { stop(std::chrono::milliseconds(0)); }

  void start() {
    try {
      const Poco::Net::SocketAddress address(settings_.host, settings_.port);
      // Without SO_REUSEPORT, with which a second server could share the port unnoticed.
      socket_.bind(address, true, false);
      socket_.listen(kBacklog);
    } catch (const Poco::Exception& error) {
      throw std::runtime_error("can't listen on " + settings_.host + ":" +
                               std::to_string(settings_.port) + ": " + error.displayText() +
                               "; is another server running there? change server.listen or --port");
    }
    port_ = socket_.address().port();
    acceptor_ = std::thread([this] { accept_all(); });
  }

  std::uint16_t port() const { return port_; }
  std::size_t open_connections() const { return watchdog_.open(); }

  void stop(std::chrono::milliseconds grace) {
    if (!acceptor_.joinable()) return;
    watchdog_.drain();
    ::shutdown(socket_.impl()->sockfd(), SHUT_RDWR);  // wakes the accept
    acceptor_.join();
    socket_.close();
    if (!watchdog_.wait_until_empty(Deadline::after(grace))) {
      log_->warn("http: {} requests were cut off at the end of the grace time", watchdog_.open());
      watchdog_.cut_everything();
    }
    carriers_.wait();
  }

 private:
  Poco::Net::ServerSocket make_socket() const {
    if (!settings_.tls) return Poco::Net::ServerSocket();
    return Poco::Net::SecureServerSocket(make_tls_context(*settings_.tls));
  }

  void accept_all() {
    while (!watchdog_.draining()) {
      try {
        Poco::Net::SocketAddress client;
        Poco::Net::StreamSocket socket = socket_.acceptConnection(client);
        open(socket, ClientAddress::text(client.host()));
      } catch (const Poco::Exception& error) {
        if (watchdog_.draining()) return;
        // Out of descriptors or memory: trying again at once would only burn the processor.
        log_->warn("http: can't accept a connection: {}", error.displayText());
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }

  void open(Poco::Net::StreamSocket& socket, std::string peer) {
    auto place = places_.enter(peer);
    if (!place) return turn_away(socket);
    socket.setNoDelay(true);
    auto task = std::make_unique<Task>(
        socket, std::move(peer), std::move(place),
        Connection::Shared{routes_, watchdog_, settings_.limits, timeouts_}, streams_);
    // The task's is the last reference, so that TLS ends on the thread that used it.
    socket = Poco::Net::StreamSocket();
    auto* const running = task.get();
    if (!carriers_.start([running] { running->run(); })) {
      return log_->warn("http: no thread for a connection, which was closed");
    }
    task.release();  // NOLINT(bugprone-unused-return-value): it deletes itself
  }

  void turn_away(Poco::Net::StreamSocket& socket) {
    log_->debug("http: a connection over server.limits.connections was turned away");
    if (socket.secure()) return;  // a handshake would take longer than a refusal may
    constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    ::send(socket.impl()->sockfd(), kBusy.data(), kBusy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    socket.shutdownSend();
  }

  const ServerSettings settings_;
  const Timeouts timeouts_;
  const std::shared_ptr<spdlog::logger> log_;
  Routes routes_;
  Places places_;
  Watchdog watchdog_;
  StreamHub streams_;  // its connections have tickets of the watchdog
  Carriers carriers_;
  Poco::Net::ServerSocket socket_;
  std::thread acceptor_;
  std::uint16_t port_ = 0;
};

Server::Server(const ServerParts& parts, Timeouts timeouts)
    : implementation_(std::make_unique<Implementation>(parts, timeouts)) {}

Server::~Server() = default;

void Server::start() {
  implementation_->start();
}

std::uint16_t Server::port() const {
  return implementation_->port();
}

std::size_t Server::open_connections() const {
  return implementation_->open_connections();
}

void Server::stop(std::chrono::milliseconds grace) {
  implementation_->stop(grace);
}

}  // namespace adomcp::http
