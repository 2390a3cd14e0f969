#include "http/connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timestamp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "core/retry_after.h"
#include "http/answers.h"
#include "http/paths.h"
#include "http/routes.h"

namespace adomcp::http {
namespace {

using Phase = Watchdog::Phase;
using Poco::Net::HTTPResponse;

constexpr std::size_t kHeadLimit =
    65536;  // a token and the same claims once more as EasyAuth has them
constexpr std::size_t kDiscardLimit = 65536;
constexpr std::size_t kKeptBuffer = 65536;  // an idle connection holds no large answer
constexpr std::size_t kScratch = 16384;
constexpr std::size_t kLingerLimit = 1048576;

bool is_header_safe(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool accepts_events(const RequestHead& head) {
  const auto accept = head.header("Accept").value_or("");
  return accept.find("text/event-stream") != accept.npos || accept.find("*/*") != accept.npos;
}

HttpMethod method_of(const RequestHead& head) {
  if (head.method == "GET") return HttpMethod::kGet;
  return head.method == "DELETE" ? HttpMethod::kDelete : HttpMethod::kPost;
}

HttpResponse server_full() {
  HttpResponse answer =
      refuse(503, "all connections that server.limits.connections allows are in use");
  answer.headers.push_back(retry_after_header(std::chrono::seconds(1)));
  return answer;
}

HTTPResponse response_of(const HttpResponse& answer) {
  HTTPResponse response(HTTPResponse::HTTP_1_1,
                        static_cast<HTTPResponse::HTTPStatus>(answer.status));
  response.setDate(Poco::Timestamp());
  for (const auto& [name, value] : answer.headers) {
    if (is_header_safe(name) && is_header_safe(value)) response.add(name, value);
  }
  return response;
}

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, std::string peer,
                       std::unique_ptr<Places::Place> place, Shared shared)
    : shared_(shared),
      session_(socket),
      descriptor_(socket.impl()->sockfd()),
      peer_(std::move(peer)),
      ticket_(shared.watchdog, descriptor_),
      place_(std::move(place)) {
  // Its time begins here, not when a thread is free.
  const Timeouts& timeouts = shared_.timeouts;
  ticket_.enter(Phase::kIdle, Deadline::after(std::min(timeouts.idle, time_for_head())));
  place_->bind(ticket_);
}

Connection::~Connection() {
  end_stream();
}

Connection::End Connection::run() {
  Next next = serve_one(true);
  while (next == Next::kKeepOpen) next = serve_one(false);
  if (next == Next::kStream) return End::kStreaming;
  if (next == Next::kLinger) linger();
  ticket_.enter(Phase::kLingering, Deadline::after(shared_.timeouts.linger));
  try {
    session_.socket().shutdown();
  } catch (const Poco::Exception&) {
    // The client was faster.
  }
  return End::kClosed;
}

Connection::Next Connection::serve_one(bool first) {
  if (!await_request(first)) return Next::kClose;
  RequestHead head;
  if (const auto refusal = read_head(head)) {
    shared_.routes.count_unread(*refusal);
    return refuse_and_close(*refusal);
  }
  return serve(head);
}

/// Until the first byte. A stranger has no more time for the handshake, that byte and the first
/// head together than for any later head.
bool Connection::await_request(bool first) {
  const Timeouts& timeouts = shared_.timeouts;
  const bool hurried = place_->is_hurried();
  const auto idle = hurried ? std::min(timeouts.idle, timeouts.stranger_idle) : timeouts.idle;
  const bool over = first ? ticket_.cut() : !ticket_.enter(Phase::kIdle, Deadline::after(idle));
  if (over) return false;
  if (!session_.await_request()) return false;
  if (first && hurried) return ticket_.enter(Phase::kReading);
  return ticket_.enter(Phase::kReading, Deadline::after(time_for_head()));
}

std::chrono::milliseconds Connection::time_for_head() const {
  const Timeouts& timeouts = shared_.timeouts;
  return place_->is_hurried() ? std::min(timeouts.read, timeouts.stranger_head) : timeouts.read;
}

std::optional<HttpResponse> Connection::read_head(RequestHead& head) {
  switch (session_.read_head(text_, kHeadLimit)) {
    case Session::HeadEnd::kComplete:
      return parse_head(text_, head);
    case Session::HeadEnd::kTooLarge:
      return refuse(431, "the header section is over " + std::to_string(kHeadLimit) + " bytes");
    case Session::HeadEnd::kClosed:
      break;
  }
  return broken_off("the header section is cut off");
}

/// Why a request didn't arrive whole; `otherwise`: when its client ended it.
HttpResponse Connection::broken_off(std::string_view otherwise) const {
  if (ticket_.gave_way()) return server_full();
  if (ticket_.cut()) return refuse(408, "the request took too long to arrive");
  return refuse(400, otherwise);
}

Connection::Next Connection::serve(const RequestHead& head) {
  std::string client_ip = shared_.routes.client_ip(head, peer_);
  Caller caller;
  if (auto answer = admit(head, client_ip, caller)) {
    shared_.routes.finish(head, *answer);
    if (place_->health_only() && !is_health_path(head.path)) return refuse_and_close(*answer);
    return answer_unread(head, *answer);
  }
  const std::size_t limit = shared_.limits.body;
  if (auto refusal = read_body(head, limit)) {
    shared_.routes.finish(head, *refusal);
    return refuse_and_close(*refusal);
  }
  HttpResponse answer = call(head, std::move(caller), std::move(client_ip));
  if (stream_ && !stream_->withdraw()) return finish_stream(head, answer);
  end_stream();
  shared_.routes.finish(head, answer);
  return send(head, answer, Phase::kAnswering);
}

/// nullopt: the request is `caller`'s, and has a place.
std::optional<HttpResponse> Connection::admit(const RequestHead& head, const std::string& client_ip,
                                              Caller& caller) {
  const bool only_health = place_->health_only() && !is_health_path(head.path);
  if (only_health && !place_->may_move_up()) return server_full();
  // Finding out who it is may take us a while, which is no fault of theirs.
  ticket_.enter(Phase::kHandling, Deadline());
  if (auto answer = shared_.routes.admit(head, client_ip, caller)) return answer;
  place_->signed_in();
  if (only_health && !place_->move_up()) return server_full();
  ticket_.enter(Phase::kReading, Deadline::after(shared_.timeouts.read));
  return std::nullopt;
}

/// Answers before the body was read, since it may never come. If a small one does within a short
/// time it is thrown away, so that the connection lives on; anything else ends it.
Connection::Next Connection::answer_unread(const RequestHead& head, const HttpResponse& answer) {
  using Framing = RequestHead::Framing;
  if (head.framing == Framing::kNoBody) return send(head, answer, Phase::kSending);
  const bool large = head.framing == Framing::kLength && head.length > kDiscardLimit;
  if (large || head.expects_continue || !head.keep_alive) return refuse_and_close(answer);
  const Next next = send(head, answer, Phase::kSending);
  if (next != Next::kKeepOpen) return Next::kLinger;
  // All is said: this one may go as soon as another needs its place.
  ticket_.enter(Phase::kLingering, Deadline::after(shared_.timeouts.linger));
  const auto end = session_.read_body(head, kDiscardLimit, body_);
  return end == Session::BodyEnd::kComplete ? Next::kKeepOpen : Next::kLinger;
}

std::optional<HttpResponse> Connection::read_body(const RequestHead& head, std::size_t limit) {
  const bool wanted = head.framing == RequestHead::Framing::kChunked ||
                      (head.framing == RequestHead::Framing::kLength && head.length <= limit);
  if (wanted && head.expects_continue && !session_.send("HTTP/1.1 100 Continue\r\n\r\n")) {
    return refuse(400, "the body is cut off");
  }
  switch (session_.read_body(head, limit, body_)) {
    case Session::BodyEnd::kComplete:
      return std::nullopt;
    case Session::BodyEnd::kTooLarge:
      return refuse(
          413, "the body is over " + std::to_string(limit) + " bytes; raise server.limits.body");
    case Session::BodyEnd::kBroken:
      break;
  }
  return broken_off("the body is cut off or its chunks are malformed");
}

HttpResponse Connection::call(const RequestHead& head, Caller caller, std::string client_ip) {
  if (!ticket_.enter(Phase::kHandling, Deadline())) return broken_off("the body is cut off");
  HttpRequest http_request;
  http_request.header = [&head](std::string_view name) { return head.header(name); };
  http_request.client_gone = [this] { return client_gone(); };
  http_request.stream = [this, &head] { return stream(head); };
  http_request.method = method_of(head);
  http_request.body = std::move(body_);
  http_request.principal = std::move(caller.principal);
  http_request.user_token = std::move(caller.token);
  http_request.signed_in_until = caller.signed_in_until;
  http_request.client_ip = std::move(client_ip);
  http_request.deadline = Deadline::after(shared_.limits.request_timeout);
  return shared_.routes.call(head, http_request);
}

/// Nothing that follows on this connection can be trusted to be a request.
Connection::Next Connection::refuse_and_close(const HttpResponse& answer) {
  const Timeouts& timeouts = shared_.timeouts;
  const auto patience = ticket_.gave_way() ? timeouts.linger : timeouts.send;
  ticket_.enter(Phase::kSending, Deadline::after(patience));
  return write(answer, true, "close") ? Next::kLinger : Next::kClose;
}

Connection::Next Connection::send(const RequestHead& head, const HttpResponse& answer,
                                  Phase phase) {
  const bool alive = ticket_.enter(phase, Deadline::after(shared_.timeouts.send));
  const bool keep = head.keep_alive && alive && !shared_.watchdog.draining();
  const char* connection = !keep ? "close" : head.http_1_0 ? "keep-alive" : "";
  if (!write(answer, head.method != "HEAD", connection)) return Next::kClose;
  return keep ? Next::kKeepOpen : Next::kClose;
}

/// Null when the client doesn't say that it takes events, or could not tell where they end.
std::shared_ptr<EventStream> Connection::stream(const RequestHead& head) {
  if (stream_ || head.http_1_0 || !accepts_events(head)) return stream_;
  stream_ = std::make_shared<EventWriter>(
      session_, ticket_, [this, &head] { return stream_head(head); }, shared_.timeouts.send);
  return stream_;
}

std::string Connection::stream_head(const RequestHead& head) {
  HttpResponse opening;
  opening.content_type = "text/event-stream";
  opening.headers = {{"X-Accel-Buffering", "no"}};  // nginx would collect the events
  shared_.routes.finish(head, opening);
  HTTPResponse response = response_of(opening);
  response.setContentType(opening.content_type);
  response.setChunkedTransferEncoding(true);
  std::ostringstream out;
  response.write(out);
  return out.str();
}

Connection::Next Connection::finish_stream(const RequestHead& head, const HttpResponse& answer) {
  if (answer.streaming) {
    stream_->outlive_request();
    place_->become_stream();
    return Next::kStream;
  }
  const bool sent = stream_->finish(answer.body, answer.event_id);
  end_stream();
  const bool keep = sent && head.keep_alive && !shared_.watchdog.draining();
  return keep ? Next::kKeepOpen : Next::kClose;
}

void Connection::end_stream() {
  if (stream_) stream_->detach();
  stream_.reset();
}

bool Connection::write(const HttpResponse& answer, bool with_body, const char* connection) {
  HTTPResponse response = response_of(answer);
  if (answer.status != 204) {
    response.setContentLength(static_cast<std::streamsize>(answer.body.size()));
  }
  if (!answer.body.empty()) response.setContentType(answer.content_type);
  if (*connection != '\0') response.set("Connection", connection);
  out_.str({});
  response.write(out_);
  if (with_body) out_ << answer.body;
  const bool sent = session_.send(out_.view());
  if (out_.view().size() > kKeptBuffer) out_ = std::ostringstream();
  return sent;
}

/// Closing while bytes are unread would reset the connection and could take the answer with it.
void Connection::linger() {
  ::shutdown(descriptor_, SHUT_WR);
  ticket_.enter(Phase::kLingering, Deadline::after(shared_.timeouts.linger));
  std::array<char, kScratch> scratch{};
  for (std::size_t taken = 0; taken < kLingerLimit;) {
    const ssize_t n = ::recv(descriptor_, scratch.data(), scratch.size(), 0);
    if (n <= 0) return;
    taken += static_cast<std::size_t>(n);
  }
}

/// Asks the socket below TLS and consumes nothing: a pipelined request is no goodbye.
bool Connection::client_gone() const {
  pollfd asked{descriptor_, POLLRDHUP, 0};
  if (::poll(&asked, 1, 0) <= 0) return false;
  return (asked.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

}  // namespace adomcp::http
