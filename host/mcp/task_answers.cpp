#include "mcp/task_answers.h"

#include <algorithm>
#include <utility>

#include "core/json_member.h"
#include "mcp/json_text.h"
#include "mcp/schema_validator.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxKey = 64;
constexpr JsonLimits kQuestionLimits{std::size_t{64} << 10, 32, 10000};
constexpr JsonLimits kAnswerLimits{std::size_t{256} << 10, 32, 10000};
constexpr char kElicit[] = "elicitation/create";
constexpr char kSample[] = "sampling/createMessage";
constexpr char kRoots[] = "roots/list";

const char* method_of(Input what) {
  if (what == Input::kElicitation) return kElicit;
  return what == Input::kSampling ? kSample : kRoots;
}

Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}};
}

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= kMaxKey && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<std::string> check_elicited(const json& request, const json& answer) {
  const auto action = text_at(answer, "action");
  if (action == "decline" || action == "cancel") return json{{"action", action}}.dump();
  if (action != "accept") return invalid("action must be accept, decline or cancel");
  const auto content = answer.find("content");
  if (content == answer.end() || !content->is_object()) {
    return invalid("content must be an object, since it was accepted");
  }
  const auto schema = SchemaValidator::compile(request["params"]["requestedSchema"].dump());
  if (!schema) return schema.error();
  const auto problems = schema->validate(*content);
  if (!problems.empty()) return invalid("content does not fit what was asked for: " + problems[0]);
  return json{{"action", action}, {"content", *content}}.dump();
}

Result<std::string> check_sampled(const json& answer) {
  const auto content = answer.find("content");
  const bool good = !text_at(answer, "role").empty() && !text_at(answer, "model").empty() &&
                    content != answer.end() && content->is_structured();
  if (!good) return invalid("a sampled message must have role, model and content");
  return answer.dump();
}

Result<std::string> check_roots(const json& answer) {
  const auto roots = answer.find("roots");
  const bool good = roots != answer.end() && roots->is_array() &&
                    std::all_of(roots->begin(), roots->end(),
                                [](const json& root) { return !text_at(root, "uri").empty(); });
  if (!good) return invalid("roots must be a list of objects, each with its uri");
  return answer.dump();
}

}  // namespace

bool can_ask(const json& capabilities, Input what) {
  const char* name = what == Input::kElicitation ? "elicitation"
                     : what == Input::kSampling  ? "sampling"
                                                 : "roots";
  const auto found = capabilities.is_object() ? capabilities.find(name) : capabilities.end();
  if (found == capabilities.end() || !found->is_object()) return false;
  // One that names no mode shows forms; one that only opens pages has no form to show.
  return what != Input::kElicitation || found->contains("form") || !found->contains("url");
}

Result<json> request_of(const ClientLink::Question& question) {
  if (!is_key(question.key)) return invalid("A key is 1 to 64 of a-z, 0-9 and '_'.");
  auto params = parse_json(question.params_json, kQuestionLimits);
  if (!params) return params.error();
  if (!params->is_object()) return invalid("A question's params must be an object.");
  if (question.what == Input::kElicitation) {
    const auto schema = params->find("requestedSchema");
    if (schema == params->end() || !schema->is_object()) {
      return invalid("An elicitation must have a requestedSchema.");
    }
    if (auto compiled = SchemaValidator::compile(schema->dump()); !compiled) {
      return compiled.error();
    }
  }
  return json{{"method", method_of(question.what)}, {"params", std::move(*params)}};
}

Result<std::string> check_answer(const json& request, const json& answer) {
  if (!answer.is_object()) return invalid("an answer must be an object");
  if (auto bounded = check_limits(answer, kAnswerLimits); !bounded) return bounded.error();
  const auto method = text_at(request, "method");
  auto checked = method == kElicit   ? check_elicited(request, answer)
                 : method == kSample ? check_sampled(answer)
                                     : check_roots(answer);
  if (checked && checked->size() > kAnswerLimits.bytes) {
    return invalid("an answer must not be larger than 256 KiB");
  }
  return checked;
}

}  // namespace adomcp::mcp
