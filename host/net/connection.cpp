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
#include "net/tls_context.h"
#include "net/watched_socket.h"

namespace adomcp::net {
namespace {

using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;
using Poco::Net::SecureStreamSocketImpl;

Error broken(const Poco::Exception& reason, const Origin& origin, Deadline deadline,
             const CancelToken& cancel) {
  if (cancel.cancelled()) return {ErrorCode::kCancelled, "The call was cancelled.", {}};
  if (deadline.passed()) {
    return {ErrorCode::kTimeout, origin.host + " did not answer in time.", {}};
  }
  return {ErrorCode::kUnavailable,
          "The connection to " + origin.host_header() + " failed: " + reason.displayText() + ".",
          {}};
}

/// Connects `watched` and gives the socket to talk through. Throws Poco::Exception.
Poco::Net::StreamSocket connect(Poco::AutoPtr<WatchedSocket>& watched, const Origin& origin,
                                TlsContext& tls, const Poco::Timespan& timeout) {
  const Poco::Net::SocketAddress address(origin.host, origin.port);
  if (!origin.secure) {
    const bool allowed =
        address.host().isLoopback() ||
        (origin.plain == PlainHttp::kLoopbackAndLinkLocal && address.host().isLinkLocal());
    if (!allowed) {
      throw Poco::Net::NetException("plain http is only for loopback", address.toString());
    }
    watched->connect(address, timeout);
    return Poco::Net::StreamSocket(watched.duplicate());
  }
  Poco::AutoPtr<SecureStreamSocketImpl> secure(
      new SecureStreamSocketImpl(watched.get(), tls.get()));
  secure->setPeerHostName(origin.host);
  // Poco's eager handshake takes an unfinished one on a non-blocking descriptor for done.
  secure->setLazyHandshake(true);
  secure->connect(address, timeout);
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
    return broken(reason, origin, deadline_, cancel_);
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
};

Connection::Connection(Origin origin, std::unique_ptr<Session> session)
    : origin_(std::move(origin)), session_(std::move(session)) {}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Origin& origin, TlsContext& tls,
                                                     std::chrono::milliseconds connect_timeout,
                                                     Deadline deadline, const CancelToken& cancel) {
  Poco::AutoPtr<WatchedSocket> watched(new WatchedSocket);
  watched->watch(deadline.earlier(Deadline::after(connect_timeout)), cancel);
  try {
    const Poco::Timespan timeout(connect_timeout.count() * 1000);
    const auto socket = connect(watched, origin, tls, timeout);
    auto session = std::make_unique<Session>(socket, std::move(watched));
    session->watch(deadline, cancel);
    return std::unique_ptr<Connection>(new Connection(origin, std::move(session)));
  } catch (const Poco::Exception& reason) {
    Error error = broken(reason, origin, deadline, cancel);
    if (error.code == ErrorCode::kUnavailable) {
      error.hint = "Check the base URL, the network and, for TLS, the certificate's authority.";
    }
    return error;
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
  try {
    session_->sendRequest(out) << request.body;
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

bool Connection::reusable() const {
  return session_->reusable();
}

bool Connection::stale() const {
  pollfd idle{session_->socket().impl()->sockfd(), POLLIN, 0};
  return ::poll(&idle, 1, 0) != 0;
}

}  // namespace adomcp::net
