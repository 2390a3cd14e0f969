#include "net/http_client.h"

#include <array>

#include "core/text.h"
#include "net/connection.h"
#include "net/resolver.h"
#include "net/tls_context.h"

namespace adomcp::net {
namespace {

struct Place {
  Origin origin;
  std::string target;
};

/// Takes a URL apart; the query is not an origin's business.
Result<Place> parse_url(const std::string& url, PlainHttp plain) {
  const auto query = url.find('?');
  auto origin = parse_origin(url.substr(0, query), plain);
  if (!origin) return origin.error();
  Place place{std::move(origin).value(), {}};
  const auto scheme = url.find("://");
  const auto path = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  if (path != std::string::npos && (query == std::string::npos || path < query)) {
    place.target = url.substr(path);
  } else {
    place.target = "/" + (query == std::string::npos ? std::string() : url.substr(query));
  }
  return place;
}

bool is_safe(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

Status read_body(Connection& connection, std::size_t limit, std::string& body) {
  std::array<char, 16384> piece;
  for (;;) {
    const auto got = connection.read(piece.data(), piece.size());
    if (!got) return got.error();
    if (*got == 0) return Done{};
    if (*got > limit - body.size()) {
      return Error{ErrorCode::kUnavailable,
                   "The answer of " + connection.origin().host + " is larger than " +
                       std::to_string(limit) + " bytes.",
                   {}};
    }
    body.append(piece.data(), *got);
  }
}

}  // namespace

/// The pool is apart, so that a connection that is still lent out keeps no more than that alive.
struct HttpClient::Shared {
  explicit Shared(PoolOptions options) : pool(std::make_shared<ConnectionPool>(options)) {}

  TlsContext tls;
  Resolver resolver;
  const std::shared_ptr<ConnectionPool> pool;
};

void GiveBack::operator()(Connection* connection) const {
  pool->give(std::unique_ptr<Connection>(connection));
}

HttpClient::HttpClient(PoolOptions options) : shared_(std::make_shared<Shared>(options)) {}

Result<HttpReply> HttpClient::send(const HttpRequest& request, Deadline deadline,
                                   const CancelToken& cancel) {
  const auto place = parse_url(request.url, request.plain);
  if (!place) return place.error();
  const OutgoingRequest outgoing{request.method,       place->target, "application/json", {},
                                 request.content_type, request.body,  request.headers};
  auto answer = exchange(place->origin, outgoing, {deadline, cancel, request.connect_timeout});
  if (!answer) return answer.error();
  HttpReply reply{answer->head.status, std::move(answer->head.fields), {}};
  auto read = read_body(*answer->connection, request.max_bytes, reply.body);
  if (!read) return read.error();
  return reply;
}

Result<StreamedReply> HttpClient::exchange(const Origin& origin, const OutgoingRequest& request,
                                           const Patience& patience) {
  const auto& pool = shared_->pool;
  if (auto kept = is_safe(request.method) ? pool->take(origin) : nullptr) {
    kept->watch(patience.deadline, patience.cancel);
    auto head = kept->exchange(request);
    if (head) return StreamedReply{std::move(head).value(), {kept.release(), {pool}}};
    if (kept->answered() || head.error().code != ErrorCode::kUnavailable) return head.error();
  }
  auto fresh = Connection::open(origin, shared_->tls, shared_->resolver, patience);
  if (!fresh) return fresh.error();
  auto head = (*fresh)->exchange(request);
  if (!head) return head.error();
  return StreamedReply{std::move(head).value(), {fresh->release(), {pool}}};
}

}  // namespace adomcp::net
