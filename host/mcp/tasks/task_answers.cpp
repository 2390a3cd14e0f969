#include "mcp/tasks/task_answers.h"

#include <utility>

#include "core/json.h"
#include "mcp/operations/questions.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostAnswerBytes = std::size_t{256} << 10;

Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}};
}

Input asked_by(const json& request) {
  const auto method = text_at(request, "method");
  for (const auto what : {Input::kSampling, Input::kRoots}) {
    if (method == method_of(what)) return what;
  }
  return Input::kElicitation;
}

}  // namespace

Result<json> request_of(const ClientLink::Question& question) {
  auto params = read_question(question);
  if (!params) return params.error();
  return json{{"method", method_of(question.what)}, {"params", std::move(params).value()}};
}

Result<std::string> check_answer(const json& request, const json& answer) {
  const auto what = asked_by(request);
  const auto read = read_answer(what, answer_schema(what, request.at("params")), answer);
  if (!read) return invalid("it does not fit what was asked for");
  auto text = read->dump();
  if (text.size() > kMostAnswerBytes) {
    return invalid("an answer must not be larger than 256 KiB");
  }
  return text;
}

}  // namespace adomcp::mcp
