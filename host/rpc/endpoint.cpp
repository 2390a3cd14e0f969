#include "rpc/endpoint.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "mcp/json_text.h"
#include "rpc/message.h"

namespace adomcp::rpc {
namespace {

constexpr std::string_view kStart = R"({"jsonrpc":"2.0")";

Answer accepted() {
  return {202, {}, {}, {}};
}

std::string start_with(const std::string& id) {
  std::string out(kStart);
  if (!id.empty()) out += R"(,"id":)" + id;
  return out;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

Answer error_answer(const std::string& id, const mcp::RpcError& error, Headers headers = {}) {
  std::string body = start_with(id) + R"(,"error":{"code":)" + std::to_string(error.code) +
                     R"(,"message":)" + mcp::quote(error.message);
  if (!error.data.is_null()) {
    body +=
        R"(,"data":)" + error.data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  body += "}}";
  return {error.http_status, std::move(body), "application/json", std::move(headers)};
}

/// The result is JSON text already and goes in as it is.
Answer result_answer(const std::string& id, const std::string& result, Headers headers) {
  std::string body = start_with(id);
  body.reserve(body.size() + result.size() + 12);
  body += R"(,"result":)";
  body += result;
  body += '}';
  return {200, std::move(body), "application/json", std::move(headers)};
}

}  // namespace

Answer Endpoint::post(const Exchange& exchange) {
  const auto parsed = parse_message(exchange.body);
  if (const auto* malformed = std::get_if<Malformed>(&parsed)) {
    return error_answer(malformed->id, {400, malformed->code, malformed->message, nullptr});
  }
  const auto& message = std::get<Message>(parsed);
  if (message.kind == Message::Kind::kResponse) return accepted();
  try {
    auto reply = server_.handle(message.request, exchange);
    if (message.kind == Message::Kind::kNotification) return accepted();
    if (reply.streaming) return {200, {}, {}, std::move(reply.headers), true};
    if (reply.error) return error_answer(message.id, *reply.error, std::move(reply.headers));
    return result_answer(message.id, reply.result, std::move(reply.headers));
  } catch (const std::exception&) {
    return error_answer(message.id, {200, -32603, "Internal error", nullptr});
  }
}

}  // namespace adomcp::rpc
