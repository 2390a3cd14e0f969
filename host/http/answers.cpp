#include "http/answers.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "http/refusal.h"

namespace adomcp::http {

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
