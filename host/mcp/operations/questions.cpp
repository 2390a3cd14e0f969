#include "mcp/operations/questions.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/form_schema.h"
#include "core/json.h"
#include "mcp/schema/schema_validator.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

// As many bytes as the whole message may have, which was measured when it came.
constexpr JsonLimits kAnswerLimits{std::numeric_limits<std::size_t>::max(), 16, 5000};

Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}};
}

bool has_text(const json& object, const char* key) {
  return text_member(object, key) != nullptr;
}

/// The schema as the validator takes it: titles that older clients want are no part of it.
json without_titles(json schema) {
  for (auto& property : schema["properties"]) property.erase("enumNames");
  return schema;
}

std::optional<std::string> problem_of_form(const json& params) {
  if (!has_text(params, "message")) return "message must be text.";
  const json* schema = member(params, "requestedSchema");
  if (schema == nullptr) return "requestedSchema is missing.";
  if (const auto wrong = wrong_form_schema(*schema); !wrong.empty()) {
    return "requestedSchema can't be asked by: " + wrong + ".";
  }
  const auto compiled = SchemaValidator::compile(json_text(without_titles(*schema)));
  if (!compiled) return compiled.error().text();
  return std::nullopt;
}

std::optional<std::string> problem_of_sampling(const json& params) {
  const json* messages = member(params, "messages");
  const json* tokens = member(params, "maxTokens");
  if (messages == nullptr || !messages->is_array()) return "messages must be a list.";
  if (tokens == nullptr || !tokens->is_number_integer()) return "maxTokens must be an integer.";
  return std::nullopt;
}

std::optional<json> read_elicited(const json& schema, const json& result) {
  if (!has_text(result, "action")) return std::nullopt;
  const auto& action = result.at("action").get_ref<const std::string&>();
  if (action == "decline" || action == "cancel") return json{{"action", action}};
  const json* content = member(result, "content");
  if (action != "accept" || (content != nullptr && !content->is_object())) return std::nullopt;
  json kept = json::object();
  for (const auto& [name, property] : schema.at("properties").items()) {
    if (content != nullptr && content->contains(name)) kept[name] = content->at(name);
  }
  const auto compiled = SchemaValidator::compile(json_text(without_titles(schema)));
  if (!compiled || !compiled->validate(kept).empty()) return std::nullopt;
  return json{{"action", action}, {"content", std::move(kept)}};
}

bool is_content(const json& value) {
  if (value.is_object()) return has_text(value, "type");
  return value.is_array() && std::all_of(value.begin(), value.end(),
                                         [](const json& block) { return has_text(block, "type"); });
}

std::optional<json> read_sampled(const json& result) {
  const json* content = member(result, "content");
  if (content == nullptr || !is_content(*content)) return std::nullopt;
  if (!has_text(result, "model") || !has_text(result, "role")) return std::nullopt;
  const auto& role = result.at("role").get_ref<const std::string&>();
  if (role != "assistant" && role != "user") return std::nullopt;
  json kept = {{"role", role}, {"model", result.at("model")}, {"content", *content}};
  if (has_text(result, "stopReason")) kept["stopReason"] = result.at("stopReason");
  return kept;
}

std::optional<json> read_roots(const json& result) {
  const json* roots = member(result, "roots");
  if (roots == nullptr || !roots->is_array()) return std::nullopt;
  json kept = json::array();
  for (const auto& root : *roots) {
    if (!has_text(root, "uri")) return std::nullopt;
    kept.push_back({{"uri", root.at("uri")}});
    if (has_text(root, "name")) kept.back()["name"] = root.at("name");
  }
  return json{{"roots", std::move(kept)}};
}

}  // namespace

std::string_view method_of(Input what) {
  if (what == Input::kSampling) return "sampling/createMessage";
  return what == Input::kRoots ? "roots/list" : "elicitation/create";
}

bool can_be_asked(const json& capabilities, Input what) {
  const json* can = member(capabilities, capability_of(what));
  if (can == nullptr || what != Input::kElicitation) return can != nullptr;
  // Without any mode it is forms, as revisions before modes had it.
  return can->is_object() && (can->contains("form") || !can->contains("url"));
}

Result<json> read_question(const ClientLink::Question& question) {
  if (!is_question_key(question.key))
    return invalid("The key must be 1 to 64 of a-z, 0-9 and '_'.");
  auto params = parse_json(question.params_json, kQuestionLimits);
  if (!params) return params.error();
  if (!params->is_object()) return invalid("The params must be an object.");
  std::optional<std::string> problem;
  if (question.what == Input::kElicitation) problem = problem_of_form(*params);
  if (question.what == Input::kSampling) problem = problem_of_sampling(*params);
  if (problem) return invalid(std::move(*problem));
  return params;
}

json answer_schema(Input what, const json& params) {
  return what == Input::kElicitation ? params.at("requestedSchema") : json();
}

std::optional<json> read_answer(Input what, const json& schema, const json& result) {
  if (!check_limits(result, kAnswerLimits)) return std::nullopt;
  if (what == Input::kSampling) return read_sampled(result);
  if (what == Input::kRoots) return read_roots(result);
  return read_elicited(schema, result);
}

}  // namespace adomcp::mcp
