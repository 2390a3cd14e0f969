#pragma once

#include "support/scripted_server.h"

namespace adomcp::testing_support {

/// Promises a longer body than it sends, and closes.
inline void send_cut_answer(Peer& peer) {
  peer.send(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"a\":");
  peer.close();
}

}  // namespace adomcp::testing_support
