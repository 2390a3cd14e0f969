#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace adomcp::testing_support {

/// One request as the server got it.
struct Received {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  int connection = 0;  ///< counted from 1
};

/// The server's end of one connection.
class Peer {
 public:
  explicit Peer(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {}

  void send(const std::string& bytes);
  void answer(int status, const std::string& content_type, const std::string& body,
              const std::string& more_headers = {});
  void json(const std::string& body) { answer(200, "application/json; charset=utf-8", body); }
  /// Closes after what was sent.
  void close() { open_ = false; }
  /// Closes so that the other side sees a reset.
  void reset();
  bool open() const { return open_; }
  Poco::Net::StreamSocket& socket() { return socket_; }

 private:
  Poco::Net::StreamSocket socket_;
  bool open_ = true;
};

/// An HTTP server that does exactly what a test says, well-formed or not. Loopback, port 0.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&, const Received&)>;

  explicit ScriptedServer(Script script, Poco::Net::Context::Ptr tls = nullptr);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Received> requests() const;
  std::size_t count(const std::string& method, const std::string& part) const;
  int connections() const { return connections_; }

 private:
  void accept();
  void serve(Poco::Net::StreamSocket socket, int connection);

  Script script_;
  std::unique_ptr<Poco::Net::ServerSocket> listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;  // guards requests_
  std::vector<Received> requests_;
  std::vector<std::jthread> serving_;  // touched by the accepting thread, then the destructor
  std::jthread accepting_;
};

}  // namespace adomcp::testing_support
