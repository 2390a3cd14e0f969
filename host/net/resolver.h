#pragma once

#include <Poco/Net/SocketAddress.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/lookups.h"

namespace adomcp::net {

/// Finds out where a name leads. Thread-safe.
class Resolver {
 public:
  /// All addresses in the system's order of preference, 16 at most and never none. An IP literal is
  /// its own address and isn't looked up. kUnavailable, kTimeout or kCancelled.
  Result<std::vector<Poco::Net::SocketAddress>> resolve(const std::string& host, std::uint16_t port,
                                                        Deadline deadline,
                                                        const CancelToken& cancel);

 private:
  Lookups lookups_;
};

}  // namespace adomcp::net
