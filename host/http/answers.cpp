#include "http/answers.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "http/refusal.h"

namespace adomcp::http {

Answer text_answer(std::string body) {
  Answer answer;
  answer.content_type = "text/plain; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

Answer json_answer(const nlohmann::ordered_json& body) {
  Answer answer;
  answer.body = json_text(body);
  return answer;
}

Answer not_allowed(const char* allow) {
  Answer answer = refuse(405, std::string("this path answers only ") + allow);
  answer.headers.emplace_back("Allow", allow);
  return answer;
}

}  // namespace adomcp::http
