#include "net/connection.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocketImpl.h>
#include <Poco/Net/SocketAddress.h>
#include <poll.h>

#include <optional>
#include <ostream>

#include "core/text.h"
#include "net/body_reader.h"
#include "net/connect.h"
#include "net/resolver.h"
#include "net/tls_context.h"
#include "net/watched_socket.h"

namespace adomcp::net {
namespace {

using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::SecureStreamSocketImpl;

Error broken(const std::string& reason, const Origin& origin, Deadline deadline,
             const CancelToken& cancel) {
  if (cancel.cancelled()) return {ErrorCode::kCancelled, "The call was cancelled.", {}};
  if (deadline.passed()) {
    return {ErrorCode::kTimeout, origin.host + " did not answer in time.", {}};
  }
  return {ErrorCode::kUnavailable,
          "The connection to " + origin.host_header() + " failed: " + reason + ".",
          {}};
}

Error not_opened(const std::string& reason, const Origin& origin, const Patience& patience) {
  Error error = broken(reason, origin, patience.deadline, patience.cancel);
  if (error.code == ErrorCode::kUnavailable) {
    error.hint = "Check the base URL, the network and, for TLS, the certificate's authority.";
  }
  return error;
}

/// Without TLS every address has to be one that nobody else can listen at.
bool may_go_to(const Poco::Net::SocketAddress& address, const Origin& origin) {
  return origin.secure || address.host().isLoopback() ||
         (origin.plain == PlainHttp::kLoopbackAndLinkLocal && address.host().isLinkLocal());
}

/// A connected socket; the message of an error is no more than its reason.
Result<Poco::AutoPtr<WatchedSocket>> reach(const Origin& origin, Resolver& resolver,
                                           Deadline deadline, const CancelToken& cancel) {
  const auto addresses = resolver.resolve(origin.host, origin.port, deadline, cancel);
  if (!addresses) return addresses.error();
  for (const auto& address : *addresses) {
    if (may_go_to(address, origin)) continue;
    return Error{
        ErrorCode::kUnavailable, "plain http is only for loopback: " + address.toString(), {}};
  }
  auto socket = connect_to_any(*addresses, deadline, cancel);
  if (socket) (*socket)->watch(deadline, cancel);
  return socket;
}

/// The socket to talk through, once hands were shaken. Throws Poco::Exception.
Poco::Net::StreamSocket secured(Poco::AutoPtr<WatchedSocket>& watched, const Origin& origin,
                                TlsContext& tls, const Poco::Timespan& timeout) {
  Poco::AutoPtr<SecureStreamSocketImpl> secure(
      new SecureStreamSocketImpl(watched.get(), tls.get()));
  secure->setPeerHostName(origin.host);
  // Poco's eager handshake takes an unfinished one on a non-blocking descriptor for done.
  secure->setLazyHandshake(true);
  secure->connect({}, timeout);
  if (secure->completeHandshake() != 1) throw Poco::Net::NetException("TLS handshake failed");
  secure->verifyPeerCertificate(origin.host);
  return Poco::Net::StreamSocket(secure.duplicate());
}

}  // namespace

class Connection::Session final : public HTTPClientSession, public ByteSource {
 public:
  Session(const Poco::Net::StreamSocket& socket, Poco::AutoPtr<WatchedSocket> watched)
      : HTTPClientSession(socket), watched_(std::move(watched)) {
    setKeepAlive(true);
  }

  int get() override { return HTTPSession::get(); }
  int read(char* buffer, std::streamsize size) override { return HTTPSession::read(buffer, size); }

  void watch(Deadline deadline, const CancelToken& cancel) {
    deadline_ = deadline;
    cancel_ = cancel;
    watched_->watch(deadline, cancel);
  }

  Error failed(const Poco::Exception& reason, const Origin& origin) {
    body_.reset();
    return broken(reason.displayText(), origin, deadline_, cancel_);
  }

  /// Waits for the answer's first byte, after which nothing is ever sent again.
  void await_answer() {
    flushRequest();
    answered_ = peek() != std::char_traits<char>::eof();
  }

  void begin_body(const HTTPResponse& head, bool no_body) {
    const int status = head.getStatus();
    if (no_body || status == HTTPResponse::HTTP_NO_CONTENT ||
        status == HTTPResponse::HTTP_NOT_MODIFIED) {
      body_ = BodyReader::none(*this);
    } else if (head.getChunkedTransferEncoding()) {
      body_ = BodyReader::chunked(*this);
    } else if (head.hasContentLength()) {
      if (head.getContentLength64() < 0) throw Poco::Net::MessageException("negative length");
      body_ = BodyReader::fixed(*this, static_cast<std::uint64_t>(head.getContentLength64()));
    } else {
      body_ = BodyReader::until_close(*this);
    }
    keep_ = head.getKeepAlive();
  }

  void begin_request() {
    body_.reset();
    answered_ = false;
  }

  bool answered() const { return answered_; }
  bool reusable() const { return keep_ && body_ && body_->finished() && buffered() == 0; }
  std::optional<BodyReader>& body() { return body_; }

 private:
  // Poco's own write connects and sends again after an error, which a write must never do.
  int write(const char* buffer, std::streamsize size) override {
    return HTTPSession::write(buffer, size);  // NOLINT(bugprone-parent-virtual-call)
  }

  Poco::AutoPtr<WatchedSocket> watched_;
  Deadline deadline_;
  CancelToken cancel_;
  std::optional<BodyReader> body_;
  bool keep_ = false;
  bool answered_ = false;
};

Connection::Connection(Origin origin, std::unique_ptr<Session> session)
    : origin_(std::move(origin)), session_(std::move(session)) {}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Origin& origin, TlsContext& tls,
                                                     Resolver& resolver, const Patience& patience) {
  const Deadline limit = patience.deadline.earlier(Deadline::after(patience.connect_timeout));
  try {
    auto watched = reach(origin, resolver, limit, patience.cancel);
    if (!watched) return not_opened(watched.error().message, origin, patience);
    (*watched)->setNoDelay(true);
    const Poco::Timespan timeout(patience.connect_timeout.count() * 1000);
    const auto socket = origin.secure ? secured(*watched, origin, tls, timeout)
                                      : Poco::Net::StreamSocket(watched->duplicate());
    auto session = std::make_unique<Session>(socket, *watched);
    session->watch(patience.deadline, patience.cancel);
    return std::unique_ptr<Connection>(new Connection(origin, std::move(session)));
  } catch (const Poco::Exception& reason) {
    return not_opened(reason.displayText(), origin, patience);
  }
}

void Connection::watch(Deadline deadline, const CancelToken& cancel) {
  session_->watch(deadline, cancel);
}

Result<ResponseHead> Connection::exchange(const OutgoingRequest& request) {
  HTTPRequest out(request.method, request.target, HTTPRequest::HTTP_1_1);
  out.set("Host", origin_.host_header());
  out.set("User-Agent", "adomcp/" ADOMCP_VERSION);
  out.set("Accept", request.accept);
  if (!request.authorization.empty()) out.set("Authorization", request.authorization);
  for (const auto& [name, value] : request.headers) out.set(name, value);
  if (request.method != "GET" && request.method != "HEAD") {
    if (!request.content_type.empty()) out.setContentType(request.content_type);
    out.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
  }
  session_->begin_request();
  if (request.sent != nullptr) request.sent->fetch_add(1, std::memory_order_relaxed);
  try {
    session_->sendRequest(out) << request.body;
    session_->await_answer();
    HTTPResponse in;
    session_->receiveResponse(in);
    if (in.getStatus() < 200) throw Poco::Net::MessageException("unexpected status");
    if (in.has("Content-Encoding")) throw Poco::Net::MessageException("unexpected encoding");
    session_->begin_body(in, request.method == "HEAD");
    const std::string type = in.getContentType();
    return ResponseHead{
        in.getStatus(), to_lower(trim(type.substr(0, type.find(';')))), {in.begin(), in.end()}};
  } catch (const Poco::Exception& reason) {
    return session_->failed(reason, origin_);
  }
}

Result<std::size_t> Connection::read(char* buffer, std::size_t size) {
  if (!session_->body()) return Error{ErrorCode::kInternal, "No answer is being read.", {}};
  try {
    auto got = session_->body()->read(buffer, size);
    if (got) return got;
    return Error{
        got.error().code, origin_.host_header() + " broke off in the middle of an answer.", {}};
  } catch (const Poco::Exception& reason) {
    return session_->failed(reason, origin_);
  }
}

bool Connection::answered() const {
  return session_->answered();
}

bool Connection::reusable() const {
  return session_->reusable();
}

bool Connection::stale() const {
  pollfd idle{session_->socket().impl()->sockfd(), POLLIN, 0};
  return ::poll(&idle, 1, 0) != 0;
}

}  // namespace adomcp::net
