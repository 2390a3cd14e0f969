#include "net/http_client.h"

#include <array>

#include "core/text.h"
#include "net/connection.h"

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

Result<HttpReply> HttpClient::send(const HttpRequest& request, Deadline deadline,
                                   const CancelToken& cancel) {
  const auto place = parse_url(request.url, request.plain);
  if (!place) return place.error();
  auto connection = Connection::open(place->origin, tls_, connect_timeout_, deadline, cancel);
  if (!connection) return connection.error();
  auto head = (*connection)
                  ->exchange({request.method,
                              place->target,
                              "application/json",
                              {},
                              request.content_type,
                              request.body,
                              request.headers});
  if (!head) return head.error();
  HttpReply reply{head->status, std::move(head->fields), {}};
  if (auto read = read_body(**connection, request.max_bytes, reply.body); !read) {
    return read.error();
  }
  return reply;
}

}  // namespace adomcp::net
