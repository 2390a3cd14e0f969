#include "support/scripted_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <optional>

#include "core/text.h"

namespace adomcp::testing_support {
namespace {

constexpr long kSliceMicroseconds = 20'000;

/// Takes one whole request off the front of `buffer`.
std::optional<Received> take_request(std::string& buffer) {
  const auto end = buffer.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  Received got;
  std::size_t at = buffer.find("\r\n");
  const std::string first = buffer.substr(0, at);
  got.method = first.substr(0, first.find(' '));
  got.target = first.substr(got.method.size() + 1, first.rfind(' ') - got.method.size() - 1);
  while (at < end) {
    const auto next = buffer.find("\r\n", at + 2);
    const std::string line = buffer.substr(at + 2, next - at - 2);
    const auto colon = line.find(':');
    if (colon != std::string::npos) {
      got.headers[to_lower(line.substr(0, colon))] = std::string(trim(line.substr(colon + 1)));
    }
    at = next;
  }
  const auto length = got.headers.contains("content-length")
                          ? std::stoul(got.headers["content-length"])
                          : std::size_t{0};
  if (buffer.size() < end + 4 + length) return std::nullopt;
  got.body = buffer.substr(end + 4, length);
  buffer.erase(0, end + 4 + length);
  return got;
}

}  // namespace

void Peer::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const int part = socket_.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent));
    if (part <= 0) return;
    sent += static_cast<std::size_t>(part);
  }
}

void Peer::answer(int status, const std::string& content_type, const std::string& body,
                  const std::string& more_headers) {
  send("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: " + content_type +
       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" +
       body);
}

void Peer::reset() {
  socket_.setLinger(true, 0);
  close();
}

ScriptedServer::ScriptedServer(Script script, Poco::Net::Context::Ptr tls)
    : script_(std::move(script)) {
  const Poco::Net::SocketAddress address("127.0.0.1", 0);
  if (tls.isNull()) {
    listener_ = std::make_unique<Poco::Net::ServerSocket>(address);
  } else {
    listener_ = std::make_unique<Poco::Net::SecureServerSocket>(address, 64, tls);
  }
  port_ = listener_->address().port();
  accepting_ = std::jthread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  accepting_.join();
  serving_.clear();
}

std::vector<Received> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t ScriptedServer::count(const std::string& method, const std::string& part) const {
  std::size_t found = 0;
  for (const auto& request : requests()) {
    if (request.method == method && request.target.find(part) != std::string::npos) ++found;
  }
  return found;
}

void ScriptedServer::accept() {
  while (!stopping_) {
    if (!listener_->poll(kSliceMicroseconds, Poco::Net::Socket::SELECT_READ)) continue;
    // Shared, not copied: only one thread ever touches Poco's own reference count.
    auto socket = std::make_shared<Poco::Net::StreamSocket>(listener_->acceptConnection());
    const int number = ++connections_;
    serving_.emplace_back([this, number, socket = std::move(socket)] { serve(*socket, number); });
  }
}

void ScriptedServer::serve(Poco::Net::StreamSocket socket, int connection) {
  Peer peer(socket);
  std::string buffer;
  char piece[4096];
  try {
    while (!stopping_ && peer.open()) {
      if (auto request = take_request(buffer)) {
        request->connection = connection;
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(*request);
        }
        script_(peer, *request);
        continue;
      }
      if (!socket.poll(kSliceMicroseconds, Poco::Net::Socket::SELECT_READ)) continue;
      const int got = socket.receiveBytes(piece, sizeof piece);
      if (got <= 0) return;
      buffer.append(piece, static_cast<std::size_t>(got));
    }
  } catch (const Poco::Exception&) {
    // The client went away, which tests do on purpose.
  }
}

}  // namespace adomcp::testing_support
