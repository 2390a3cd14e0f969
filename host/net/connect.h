#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Net/SocketAddress.h>

#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/watched_socket.h"

namespace adomcp::net {

/// Connects to whichever of these addresses of one service answers first, as RFC 8305 has it: they
/// are tried in their order, but one family after the other; the next one as soon as an attempt
/// fails, or 250 ms after the last one began, while that one goes on. The others are closed.
/// kUnavailable with the reason of the last failure, kTimeout or kCancelled (within 50 ms).
Result<Poco::AutoPtr<WatchedSocket>> connect_to_any(
    const std::vector<Poco::Net::SocketAddress>& addresses, Deadline deadline,
    const CancelToken& cancel);

}  // namespace adomcp::net
