#include "mcp/input_check.h"

#include <algorithm>
#include <utility>

#include "core/json_member.h"
#include "mcp/json_text.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{std::size_t{256} << 10, 32, 10000};

Error misfit(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}};
}

/// Names for people, from before enums had titles: nothing about what is valid.
json without_enum_names(json schema) {
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object()) return schema;
  for (auto& property : *properties) {
    if (property.is_object()) property.erase("enumNames");
  }
  return schema;
}

const json* member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

bool is_text(const json& object, const char* key) {
  const json* found = member(object, key);
  return found != nullptr && found->is_string();
}

Result<json> accept_sampling(const json& result) {
  const json* content = member(result, "content");
  const bool has_content = content != nullptr && (content->is_object() || content->is_array());
  if (!is_text(result, "role") || !is_text(result, "model") || !has_content) {
    return misfit("a message needs role, content and model");
  }
  return result;
}

Result<json> accept_roots(const json& result) {
  const json* roots = member(result, "roots");
  const bool fits = roots != nullptr && roots->is_array() &&
                    std::all_of(roots->begin(), roots->end(), [](const json& root) {
                      return root.is_object() && is_text(root, "uri");
                    });
  if (!fits) return misfit("roots must be a list of objects with a uri");
  return result;
}

}  // namespace

std::string_view method_of(Input what) {
  switch (what) {
    case Input::kElicitation:
      return "elicitation/create";
    case Input::kSampling:
      return "sampling/createMessage";
    case Input::kRoots:
      return "roots/list";
  }
  return "elicitation/create";
}

Result<InputCheck> InputCheck::make(Input what, const std::string& params_json) {
  auto params = parse_json(params_json, kLimits);
  if (!params) return params.error();
  if (!params->is_object()) return misfit("the params must be an object");
  InputCheck check(what, std::move(*params));
  if (what != Input::kElicitation) return check;
  const json* schema = member(check.params_, "requestedSchema");
  if (!is_text(check.params_, "message") || schema == nullptr || !schema->is_object()) {
    return misfit("an elicitation needs a message and a requestedSchema");
  }
  auto compiled = SchemaValidator::compile(without_enum_names(*schema).dump());
  if (!compiled) return compiled.error();
  check.schema_ = std::move(compiled).value();
  return check;
}

Result<json> InputCheck::accept(const json& result) const {
  if (!result.is_object()) return misfit("the result must be an object");
  if (const auto bounded = check_limits(result, kLimits); !bounded) return bounded.error();
  switch (what_) {
    case Input::kElicitation:
      return accept_elicitation(result);
    case Input::kSampling:
      return accept_sampling(result);
    case Input::kRoots:
      return accept_roots(result);
  }
  return result;
}

Result<json> InputCheck::accept_elicitation(const json& result) const {
  const std::string action = text_at(result, "action");
  if (action == "decline" || action == "cancel") return json{{"action", action}};
  if (action != "accept") return misfit("action must be accept, decline or cancel");
  const json* given = member(result, "content");
  json content = given == nullptr ? json::object() : *given;
  if (!content.is_object()) return misfit("content must be an object");
  const auto problems = schema_->validate(content);
  if (!problems.empty()) return misfit(problems.front());
  return json{{"action", action}, {"content", std::move(content)}};
}

}  // namespace adomcp::mcp
