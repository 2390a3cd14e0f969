#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/http_client.h"

namespace adomcp::outbound_identity {

/// True for 429, 5xx and 0, which stands for no answer at all.
bool is_transient(int status);

/// How often an endpoint is asked, and after which answers again.
struct Repeats {
  int attempts = 4;
  std::chrono::milliseconds first_pause{250};  ///< doubles each time
  bool (*worth)(int status) = is_transient;
};

/// Makes the request of one attempt: platforms rotate what goes into it.
using MakeRequest = std::function<Result<net::HttpRequest>()>;

/// The first answer that isn't worth repeating, or the last one there was time for. No attempt
/// takes longer than ten seconds. `name` is the endpoint's in messages: "the token service".
Result<net::HttpReply> ask_patiently(net::HttpClient& client, const MakeRequest& make,
                                     const Repeats& repeats, const std::string& name,
                                     Deadline deadline, const CancelToken& cancel);

}  // namespace adomcp::outbound_identity
