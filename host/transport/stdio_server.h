#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "core/http_message.h"
#include "core/sign_in.h"
#include "transport/line_reader.h"
#include "transport/line_writer.h"
#include "transport/message.h"
#include "transport/stdio_requests.h"

namespace spdlog {
class logger;
}

namespace adomcp::transport {

/// MCP with the one client that started this process: a JSON-RPC message a line, both ways.
/// Requests run side by side and are answered in whatever order they end; what a client only tells,
/// and its answers to our questions, are taken in the order in which they came. What a callback
/// throws ends one message, never the conversation.
class StdioServer {
 public:
  struct Parts {
    int in = 0;   ///< both stay the caller's
    int out = 1;  ///< nothing else writes there
    std::size_t line_limit = std::size_t{1024} * 1024;
    std::chrono::milliseconds request_timeout{60000};  ///< waiting for a free thread included
    /// Answers one message as it answers a POST; called on many threads at once.
    std::function<HttpResponse(const HttpRequest&)> handler;
    /// Who the client is; asked for every message. Once it is nobody, the conversation ends.
    std::function<std::variant<Caller, SignInRefusal>()> caller;
    /// Told that the conversation ends, while answers may still leave. Ends streams that stay open.
    std::function<void()> ending = [] {};
    std::size_t most_waiting_bytes = std::size_t{16} << 20;  ///< of more than one request
    std::chrono::milliseconds drain{1000};  ///< what is under way at the end may still take so long
    std::shared_ptr<spdlog::logger> log = {};  ///< told what a callback throws; null: nobody is
  };

  static constexpr unsigned kAtOnce = 16;
  static constexpr std::size_t kMostWaiting = 1024;

  enum class End {
    kOver,       ///< the input ended, nobody reads the output, or stop() was called
    kSignedOut,  ///< the client is nobody any more
  };

  explicit StdioServer(Parts parts);
  StdioServer(const StdioServer&) = delete;
  StdioServer& operator=(const StdioServer&) = delete;

  /// Talks until the end; what is under way then is answered within Parts::drain or cancelled.
  /// Once.
  End run();

  /// From any thread; run() returns soon.
  void stop() const noexcept;

 private:
  struct Job {
    std::string id;  // empty: of a batch
    std::string line;
    std::shared_ptr<StdioRequest> request;
    Deadline deadline;
    bool begins_session = false;
  };

  void take(std::string line);
  void queue(std::string line, const Message& message);
  void note(std::string line, const Message& message);
  void hand_on(std::string line, const Message& message);
  bool guarded(const char* what, const std::function<void()>& work) const;
  void work();
  void serve(Job job);
  void answer(Job job, Caller caller);
  void listen_for_session(HttpRequest http_request);
  void finish();
  HttpRequest http_request(std::string line, Caller caller, Deadline deadline) const;
  std::string session() const;
  bool has_caller(const std::variant<Caller, SignInRefusal>& found);
  void say(const std::string& id, int code, const std::string& message) const;

  const Parts parts_;
  const std::shared_ptr<const Wake> stop_ = std::make_shared<const Wake>();
  const std::shared_ptr<LineWriter> writer_;
  const std::shared_ptr<StdioRequests> requests_ = std::make_shared<StdioRequests>();
  std::atomic<bool> signed_out_ = false;
  std::uint64_t batches_ = 0;  // the reading thread's
  mutable std::mutex mutex_;   // guards all below
  std::condition_variable wanted_;
  std::deque<Job> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool over_ = false;
  std::string session_;  // of a legacy client; empty before its initialize
};

}  // namespace adomcp::transport
