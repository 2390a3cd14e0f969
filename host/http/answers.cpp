#include "http/answers.h"

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::http {

HttpResponse refuse(int status, std::string_view message) {
  constexpr int kInvalidRequest = -32600;
  constexpr int kInternalError = -32603;
  const int code = status == 500 ? kInternalError : kInvalidRequest;
  const nlohmann::ordered_json body = {{"jsonrpc", "2.0"},
                                       {"error", {{"code", code}, {"message", message}}}};
  HttpResponse answer;
  answer.status = status;
  answer.body = json_text(body);
  return answer;
}

HttpResponse text_answer(std::string body) {
  HttpResponse answer;
  answer.content_type = "text/plain; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

HttpResponse json_answer(const nlohmann::ordered_json& body) {
  HttpResponse answer;
  answer.body = json_text(body);
  return answer;
}

HttpResponse not_allowed(const char* allow) {
  HttpResponse answer = refuse(405, std::string("this path answers only ") + allow);
  answer.headers.emplace_back("Allow", allow);
  return answer;
}

}  // namespace adomcp::http
