#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>

#include "core/http_message.h"
#include "core/settings.h"
#include "core/sign_in.h"
#include "http/event_writer.h"
#include "http/places.h"
#include "http/request_head.h"
#include "http/session.h"
#include "http/watchdog.h"

namespace adomcp::http {

class Routes;

/// How long each part of a request's life may last.
struct Timeouts {
  std::chrono::milliseconds idle{75000};   ///< between two requests; longer than proxies wait
  std::chrono::milliseconds read{15000};   ///< a head, a body; also the first byte with a handshake
  std::chrono::milliseconds send{30000};   ///< a whole answer
  std::chrono::milliseconds linger{2000};  ///< for an unread body to end after a refusal
  std::chrono::milliseconds keep_alive{15000};  ///< between two signs of life on a quiet stream
  // Where callers must sign in, of a connection on which nobody has yet:
  std::chrono::milliseconds stranger_head{10000};  ///< one head; of the first, from the accept on
  std::chrono::milliseconds stranger_idle{15000};  ///< between two requests
  std::chrono::milliseconds stranger_grace{1000};  ///< once its address has more than its share
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
  Connection(const Poco::Net::StreamSocket& socket, std::string peer,
             std::unique_ptr<Places::Place> place, Shared shared);

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

  Next serve_one(bool first);
  bool await_request(bool first);
  std::chrono::milliseconds time_for_head() const;
  Next serve(const RequestHead& head);
  std::optional<HttpResponse> admit(const RequestHead& head, const std::string& client_ip,
                                    Caller& caller);
  Next answer_unread(const RequestHead& head, const HttpResponse& answer);
  Next refuse_and_close(const HttpResponse& answer);
  Next send(const RequestHead& head, const HttpResponse& answer, Watchdog::Phase phase);
  std::optional<HttpResponse> read_head(RequestHead& head);
  std::optional<HttpResponse> read_body(const RequestHead& head, std::size_t limit);
  HttpResponse broken_off(std::string_view otherwise) const;
  HttpResponse call(const RequestHead& head, Caller caller, std::string client_ip);
  std::shared_ptr<EventStream> stream(const RequestHead& head);
  std::string stream_head(const RequestHead& head);
  Next finish_stream(const RequestHead& head, const HttpResponse& answer);
  void end_stream();
  bool write(const HttpResponse& answer, bool with_body, const char* connection);
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
  Watchdog::Ticket ticket_;  // so late that it ends before the session closes the descriptor
  const std::unique_ptr<Places::Place> place_;  // has the ticket
};

}  // namespace adomcp::http
