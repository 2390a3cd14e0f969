#include "transport/session_post.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "transport/frame.h"

namespace adomcp::transport {
namespace {

using nlohmann::json;

/// A request of the session for as long as it is answered.
class Running {
 public:
  Running(mcp::LegacySession& session, const std::string& id) : session_(session), id_(id) {}
  ~Running() { session_.end(id_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  mcp::LegacySession& session_;
  const std::string& id_;
};

/// The JSON text of the request that a cancellation is about; empty where it says none.
std::string cancelled_id(const json& params) {
  if (!params.is_object()) return {};
  const auto id = params.find("requestId");
  if (id == params.end()) return {};
  return id->is_string() || id->is_number_integer() ? json_text(*id) : std::string();
}

}  // namespace

SessionPost::SessionPost(mcp::Server& server, mcp::LegacySessions& sessions,
                         std::shared_ptr<mcp::LegacySession> session,
                         const HttpRequest& http_request)
    : server_(server),
      sessions_(sessions),
      session_(std::move(session)),
      http_request_(http_request),
      stream_(session_->new_post()) {}

SessionPost::~SessionPost() {
  stream_->end();
  session_->over(*stream_);
}

HttpResponse SessionPost::answer(const Message& message) {
  if (message.kind != Message::Kind::kRequest) {
    take(message);
    return accepted();
  }
  auto done = run(message);
  return done ? finish(std::move(*done)) : unanswered();
}

HttpResponse SessionPost::answer(const Batch& batch) {
  BatchAnswer answers;
  bool asks = false;
  for (const auto& message : batch.messages) {
    if (message.kind != Message::Kind::kRequest) {
      take(message);
      continue;
    }
    asks = true;
    const auto done = answers.full() ? batch_is_full(message.id) : run(message);
    if (done) answers.add(*done);
  }
  if (!asks) return accepted();
  return answers.empty() ? unanswered() : finish(std::move(answers).take());
}

/// A notification, or a response to a request of ours. None of them is ever refused.
void SessionPost::take(const Message& message) {
  if (message.kind == Message::Kind::kResponse) {
    const json id = message.response.value("id", json());
    if (id.is_number_integer()) {
      session_->answers().deliver(id.get<std::int64_t>(), message.response);
    }
  } else if (message.request.method == "notifications/cancelled") {
    session_->cancel(cancelled_id(message.request.params));
  }
}

/// nullopt: it was cancelled, and no answer is owed.
std::optional<HttpResponse> SessionPost::run(const Message& message) {
  const auto call = session_->begin(message.id, stream_);
  if (!call) {
    return error_answer(message.id, {400, -32600,
                                     "Invalid Request: a request with this id is being answered "
                                     "already; use a new id for every request of a session",
                                     nullptr});
  }
  const Running running(*session_, message.id);
  auto own = sessions_.handle(*session_, message.request, http_request_);
  auto answer =
      own ? reply_answer(message.id, std::move(*own)) : respond(server_, message, http_request_);
  if (call->cancelled.cancelled()) return std::nullopt;
  return answer;
}

/// Where something was sent before, the answer is the last event of that stream, wherever its
/// client is by now.
HttpResponse SessionPost::finish(HttpResponse answer) {
  auto last = stream_->finish(answer.body);
  if (!last.as_answer) return {200, {}, {}, {}};
  answer.event_id = std::move(last.event_id);
  return answer;
}

/// A request is answered with JSON or a stream, so what owes no answer is an empty stream.
HttpResponse SessionPost::unanswered() {
  stream_->end();
  const auto stream = http_request_.stream();
  if (stream && stream->begin()) return {200, {}, {}, {}};
  return accepted();
}

}  // namespace adomcp::transport
