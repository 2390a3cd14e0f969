#pragma once

#include <atomic>
#include <chrono>
#include <sstream>
#include <string>

#include "core/exchange.h"
#include "core/settings.h"
#include "core/sign_in.h"
#include "http/event_writer.h"
#include "http/request_head.h"
#include "http/session.h"
#include "http/watchdog.h"

namespace adomcp::http {

class Routes;

/// How long each part of a request's life may last.
struct Timeouts {
  std::chrono::milliseconds idle{75000};  ///< between two requests; longer than proxies wait
  std::chrono::milliseconds read{
      15000};  ///< a whole request from its first byte on; also the first byte, handshake included
  std::chrono::milliseconds send{30000};        ///< a whole answer
  std::chrono::milliseconds linger{2000};       ///< for an unread body to end after a refusal
  std::chrono::milliseconds keep_alive{15000};  ///< between two signs of life on a quiet stream
};

/// One client's connection: reads requests one after the other and answers each, until either side
/// closes. Runs on a thread of its own; a request takes one receive and one send.
class Connection {
 public:
  struct Shared {
    Routes& routes;
    Watchdog& watchdog;
    const LimitSettings& limits;
    const Timeouts& timeouts;
  };

  /// `peer`: the address of the connection's other end, which may be a proxy's.
  Connection(const Poco::Net::StreamSocket& socket, std::string peer, Shared shared);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  enum class End { kClosed, kStreaming };

  /// Until the connection is over, or has become a stream that outlives its request.
  End run();

  /// Of a stream: false when the client is gone.
  bool keep_alive() { return stream_ && stream_->keep_alive(); }
  int descriptor() const { return descriptor_; }

 private:
  enum class Next { kKeepOpen, kClose, kLinger, kStream };

  Next serve_one(std::chrono::milliseconds patience);
  Next serve(const RequestHead& head);
  Next answer_unread(const RequestHead& head, Answer answer);
  Next refuse_and_close(const Answer& answer);
  Next send(const RequestHead& head, Answer& answer, bool keep_alive);
  std::optional<Answer> read_head(RequestHead& head);
  std::optional<Answer> read_body(const RequestHead& head, std::size_t limit);
  Answer call(const RequestHead& head, Caller caller, std::string client_ip);
  std::shared_ptr<EventStream> stream(const RequestHead& head);
  std::string stream_head(const RequestHead& head);
  Next finish_stream(const RequestHead& head, const Answer& answer);
  void end_stream();
  bool write(const Answer& answer, bool with_body, const char* connection);
  void linger();
  bool client_gone() const;

  Shared shared_;
  Session session_;
  const int descriptor_;
  const std::string peer_;
  std::string text_;  // the head as received
  std::string body_;
  std::shared_ptr<EventWriter> stream_;  // of the request being served; may be null
  std::ostringstream out_;               // an answer, whole, so that it leaves in one send
  Watchdog::Ticket ticket_;  // last, so that it ends before the session closes the descriptor
};

}  // namespace adomcp::http
