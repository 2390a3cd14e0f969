#include "input_tools.h"

#include <adomcp/legacy.hpp>

namespace conformance {
namespace {

constexpr int kMaxTokens = 100;

constexpr std::string_view kPersonForm = R"({
  "type": "object",
  "properties": {
    "username": {"type": "string", "description": "User's response"},
    "email": {"type": "string", "description": "User's email address"}
  },
  "required": ["username", "email"]
})";

constexpr std::string_view kDefaultsForm = R"({
  "type": "object",
  "properties": {
    "name": {"type": "string", "description": "User name", "default": "John Doe"},
    "age": {"type": "integer", "description": "User age", "default": 30},
    "score": {"type": "number", "description": "User score", "default": 95.5},
    "status": {"type": "string", "description": "User status",
               "enum": ["active", "inactive", "pending"], "default": "active"},
    "verified": {"type": "boolean", "description": "Verification status", "default": true}
  },
  "required": []
})";

constexpr std::string_view kChoicesForm = R"({
  "type": "object",
  "properties": {
    "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
    "titledSingle": {"type": "string", "oneOf": [
      {"const": "value1", "title": "First Option"},
      {"const": "value2", "title": "Second Option"},
      {"const": "value3", "title": "Third Option"}]},
    "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                   "enumNames": ["Option One", "Option Two", "Option Three"]},
    "untitledMulti": {"type": "array",
                      "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
    "titledMulti": {"type": "array", "items": {"anyOf": [
      {"const": "value1", "title": "First Choice"},
      {"const": "value2", "title": "Second Choice"},
      {"const": "value3", "title": "Third Choice"}]}}
  },
  "required": []
})";

std::string told(const char* what, const adomcp::Answer& answer) {
  return std::string(what) + ": action=" + answer.action() + ", content=" + answer.content().dump();
}

Json one_message(const std::string& text) {
  return {{"messages", {{{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}}}},
          {"maxTokens", kMaxTokens}};
}

}  // namespace

std::string samples(Call& call) {
  const auto answer = adomcp::legacy::sample(call, "completion", one_message(call.text("prompt")));
  return "LLM response: " +
         answer.json.value("/content/text"_json_pointer, std::string("(no text)"));
}

std::string elicits(Call& call) {
  return told("User response", call.elicit("person", call.text("message"), kPersonForm));
}

std::string elicits_defaults(Call& call) {
  return told("Elicitation completed",
              call.elicit("defaults", "Please review these values.", kDefaultsForm));
}

std::string elicits_choices(Call& call) {
  return told("Elicitation completed", call.elicit("choices", "Please choose.", kChoicesForm));
}

std::string streams_elicitation(Call& call) {
  call.progress(1, 2, "About to ask");
  return told("User response", call.elicit("user_name", "What is your name?", kNameForm));
}

std::string needs_sampling(Call& call) {
  adomcp::legacy::sample(call, "completion", one_message("Say anything."));
  return "The client's model was asked.";
}

}  // namespace conformance
