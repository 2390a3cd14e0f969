#include "transport/endpoint.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "mcp/wire/era.h"
#include "transport/frame.h"
#include "transport/session_post.h"

namespace adomcp::transport {
namespace {

using Found = std::variant<std::shared_ptr<mcp::LegacySession>, mcp::RpcError>;

HttpResponse invalid(const char* reason) {
  return error_answer({}, {400, -32600, std::string("Invalid Request: ") + reason, nullptr});
}

/// Why a batch can't be taken as a whole, whatever its sender agreed on; null: it can.
const char* problem(const Batch& batch, const HttpRequest& http_request) {
  const bool modern =
      std::any_of(batch.messages.begin(), batch.messages.end(), [&](const Message& message) {
        return !mcp::names_no_modern_revision(message.request, http_request);
      });
  if (modern) return "2026-07-28 has no batches, send one message a POST";
  const bool handshake =
      std::any_of(batch.messages.begin(), batch.messages.end(),
                  [](const Message& message) { return message.request.method == "initialize"; });
  return handshake ? "initialize must not be part of a batch" : nullptr;
}

constexpr const char* kNoBatches =
    "only 2025-03-26 has batches; with other revisions send one message a POST";

/// Without a session, nothing but the header says who asks.
bool may_batch(const HttpRequest& http_request) {
  const auto revision = http_request.header("MCP-Protocol-Version");
  return !revision || revision->empty() || *revision == kBatchRevision;
}

}  // namespace

HttpResponse Endpoint::answer(const HttpRequest& http_request) {
  if (http_request.method == HttpMethod::kPost) return post(http_request);
  if (sessions_ == nullptr) return {405, {}, {}, {{"Allow", "POST"}}};
  if (http_request.method == HttpMethod::kDelete) {
    if (const auto error = sessions_->end(http_request)) return error_answer({}, *error);
    return {204, {}, {}, {}};
  }
  const auto reply = sessions_->listen(http_request);
  if (reply.error) return error_answer({}, *reply.error);
  return {200, {}, {}, {}, reply.streaming};
}

HttpResponse Endpoint::post(const HttpRequest& http_request) {
  auto parsed = parse_body(http_request.body);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    return error_answer(malformed->id, {400, malformed->code, malformed->message, nullptr});
  }
  if (auto* batch = std::get_if<Batch>(&parsed)) return many(std::move(*batch), http_request);
  return one(std::get<Message>(std::move(parsed)), http_request);
}

/// Whose a message is: of a legacy session, or by itself. What names no session's revision, nor a
/// modern one, is refused here.
HttpResponse Endpoint::one(Message message, const HttpRequest& http_request) {
  const bool request = message.kind == Message::Kind::kRequest;
  bool legacy = mcp::names_no_modern_revision(message.request, http_request);
  if (request) {
    const auto era = mcp::detect_era(message.request, http_request);
    if (const auto* error = std::get_if<mcp::RpcError>(&era)) {
      return error_answer(message.id, *error);
    }
    message.request.era = std::get<mcp::Era>(era);
    legacy = message.request.era == mcp::Era::kLegacy;
  }
  if (legacy && sessions_ != nullptr && message.request.method != "initialize") {
    const Found found = sessions_->find(http_request);
    if (const auto* error = std::get_if<mcp::RpcError>(&found)) {
      return error_answer(request ? message.id : "", *error);
    }
    message.request.session = std::get<0>(found);
    return SessionPost(server_, *sessions_, std::get<0>(found), http_request).answer(message);
  }
  if (message.kind == Message::Kind::kResponse) return accepted();
  return respond(server_, message, http_request);
}

/// A batch is legacy: whatever names a modern revision has none.
HttpResponse Endpoint::many(Batch batch, const HttpRequest& http_request) {
  if (const char* reason = problem(batch, http_request)) return invalid(reason);
  for (auto& message : batch.messages) message.request.era = mcp::Era::kLegacy;
  if (sessions_ != nullptr) {
    const Found found = sessions_->find(http_request);
    if (const auto* error = std::get_if<mcp::RpcError>(&found)) return error_answer({}, *error);
    const auto& session = std::get<0>(found);
    if (session->terms().revision != kBatchRevision) return invalid(kNoBatches);
    for (auto& message : batch.messages) message.request.session = session;
    return SessionPost(server_, *sessions_, session, http_request).answer(batch);
  }
  if (!may_batch(http_request)) return invalid(kNoBatches);
  BatchAnswer answers;
  for (const auto& message : batch.messages) {
    if (message.kind != Message::Kind::kRequest) continue;
    answers.add(answers.full() ? batch_is_full(message.id)
                               : respond(server_, message, http_request));
  }
  return answers.empty() ? accepted() : std::move(answers).take();
}

}  // namespace adomcp::transport
