#include "transport/frame.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/json.h"

namespace adomcp::transport {
namespace {

constexpr std::string_view kStart = R"({"jsonrpc":"2.0")";

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string start_with(const std::string& id) {
  std::string out(kStart);
  if (!id.empty()) out += R"(,"id":)" + id;
  return out;
}

HttpResponse error_with(const std::string& id, const mcp::RpcError& error, Headers headers) {
  std::string body = start_with(id) + R"(,"error":{"code":)" + std::to_string(error.code) +
                     R"(,"message":)" + quote(error.message);
  if (!error.data.is_null()) {
    body += R"(,"data":)" + json_text(error.data);
  }
  body += "}}";
  return {error.http_status, std::move(body), "application/json", std::move(headers)};
}

/// The result is JSON text already and goes in as it is.
HttpResponse result_answer(const std::string& id, const std::string& result, Headers headers) {
  std::string body = start_with(id);
  body.reserve(body.size() + result.size() + 12);
  body += R"(,"result":)";
  body += result;
  body += '}';
  return {200, std::move(body), "application/json", std::move(headers)};
}

}  // namespace

HttpResponse accepted() {
  return {202, {}, {}, {}};
}

HttpResponse error_answer(const std::string& id, const mcp::RpcError& error) {
  return error_with(id, error, {});
}

HttpResponse reply_answer(const std::string& id, mcp::Reply reply) {
  if (reply.streaming) return {200, {}, {}, std::move(reply.headers), true};
  if (reply.error) return error_with(id, *reply.error, std::move(reply.headers));
  return result_answer(id, reply.result, std::move(reply.headers));
}

HttpResponse respond(mcp::Server& server, const Message& message, const HttpRequest& http_request) {
  try {
    auto reply = server.handle(message.request, http_request);
    if (message.kind == Message::Kind::kNotification) return accepted();
    return reply_answer(message.id, std::move(reply));
  } catch (const std::exception&) {
    return error_answer(message.id, {200, -32603, "Internal error", nullptr});
  }
}

void BatchAnswer::add(const HttpResponse& answer) {
  body_ += body_.empty() ? '[' : ',';
  body_ += answer.body;
}

HttpResponse BatchAnswer::take() && {
  return {200, std::move(body_) + "]", "application/json", {}};
}

HttpResponse batch_is_full(const std::string& id) {
  return error_answer(id, {200, -32603,
                           "Not done: the answers before are over 8 MiB; send fewer requests in "
                           "one batch",
                           nullptr});
}

}  // namespace adomcp::transport
