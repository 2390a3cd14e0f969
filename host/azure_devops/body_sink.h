#pragma once

#include "azure_devops/upstream.h"

namespace adomcp::net {
class Connection;
}

namespace adomcp::azure_devops {

/// Moves one answer's body to where the request wants it, within its bounds.
class BodySink {
 public:
  /// `limit` in bytes. With `refuse_longer`, a longer body is an error; else it is cut.
  BodySink(const UpstreamRequest& request, std::uint64_t limit, bool refuse_longer)
      : request_(request), limit_(limit), refuse_longer_(refuse_longer) {}

  /// Reads until the body, the limit or the taker's interest ends.
  Status read_from(net::Connection& connection, Response& out);

  /// True once a piece was handed to on_chunk: the request can't be repeated unseen.
  bool handed_on() const { return handed_on_; }

 private:
  bool take(std::string_view piece, Response& out);
  Error too_long() const;

  const UpstreamRequest& request_;
  std::uint64_t limit_;
  bool refuse_longer_;
  std::uint64_t taken_ = 0;
  bool handed_on_ = false;
};

}  // namespace adomcp::azure_devops
