#include "outbound_identity/patient_client.h"

namespace adomcp::outbound_identity {
namespace {

constexpr std::chrono::milliseconds kAttemptTime{10000};

Error cancelled() {
  return {ErrorCode::kCancelled, "The call was cancelled.", {}};
}

/// The caller's lack of time says nothing of the endpoint; one that is too slow does.
Error no_answer(const Error& error, const std::string& name, Deadline deadline,
                const CancelToken& cancel) {
  if (cancel.cancelled()) return cancelled();
  if (deadline.passed()) return {ErrorCode::kTimeout, "No time was left for " + name + ".", {}};
  if (error.code == ErrorCode::kInvalid) return error;
  return {ErrorCode::kUnavailable, "No answer came from " + name + ": " + error.message,
          error.hint};
}

}  // namespace

bool is_transient(int status) {
  return status == 0 || status == 429 || status >= 500;
}

Result<net::HttpReply> ask_patiently(net::HttpClient& client, const MakeRequest& make,
                                     const Repeats& repeats, const std::string& name,
                                     Deadline deadline, const CancelToken& cancel) {
  auto pause = repeats.first_pause;
  for (int attempt = 1;; ++attempt) {
    const auto request = make();
    if (!request) return request.error();
    auto reply = client.send(*request, deadline.earlier(Deadline::after(kAttemptTime)), cancel);
    if (!reply) reply = no_answer(reply.error(), name, deadline, cancel);
    if (!reply && reply.error().code != ErrorCode::kUnavailable) return reply;
    if (!repeats.worth(reply ? reply->status : 0)) return reply;
    if (attempt == repeats.attempts || deadline.remaining() <= pause) return reply;
    if (cancel.wait_until(Deadline::after(pause))) return cancelled();
    pause *= 2;
  }
}

}  // namespace adomcp::outbound_identity
