#include "mcp/confirmation/confirmation_argument.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "mcp/schema/argument_text.h"
#include "mcp/schema/schema_validator.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kDescription =
    "Leave this out at first. When the answer says that a person has to confirm, show them what it "
    "says would happen; only after they agree, call again with the same arguments and the "
    "confirmation that the answer gave.";

bool names_it(const json& schema) {
  const auto required = schema.find("required");
  return required != schema.end() && required->is_array() &&
         std::find(required->begin(), required->end(), kConfirmationArgument) != required->end();
}

/// Whether nothing but the argument's presence fails validation.
bool leaves_room(const SchemaValidator& own, const std::string& extended_schema) {
  const auto extended = SchemaValidator::compile(extended_schema);
  if (!extended) return false;
  const auto before = own.validate(json::object(), Came::kLeftOut);
  const auto after = extended->validate({{kConfirmationArgument, "x"}}, Came::kLeftOut);
  return std::all_of(after.begin(), after.end(), [&](const std::string& problem) {
    return std::find(before.begin(), before.end(), problem) != before.end();
  });
}

bool any_two_step(const policy::Organization& organization) {
  return std::any_of(
      organization.projects.begin(), organization.projects.end(),
      [](const auto& project) { return takes_two_steps(project.trigger, project.control); });
}

}  // namespace

bool any_two_step(const policy::Policy& policy) {
  return std::any_of(policy.organizations.begin(), policy.organizations.end(),
                     [](const auto& organization) { return any_two_step(organization); });
}

bool reserves_confirmation(const plugin_host::Tool& tool, const policy::Policy& policy) {
  return !tool.read_only && any_two_step(policy);
}

std::string with_confirmation(const std::string& input_schema) {
  auto schema = ordered_json_from(input_schema);
  schema["properties"][kConfirmationArgument] = {
      {"type", "string"}, {"maxLength", kMaxConfirmation}, {"description", kDescription}};
  return json_text(schema);
}

std::optional<std::string> check_confirmation_argument(const plugin_host::Tool& tool) {
  if (tool.read_only) return std::nullopt;
  const auto compiled = SchemaValidator::compile(tool.input_schema);
  if (!compiled) return compiled.error().text();
  if (compiled->has_property(kConfirmationArgument) || names_it(json_from(tool.input_schema))) {
    return "its input schema names 'confirmation', which the host reserves for itself while a "
           "project has without_elicitation: two_step; rename it in the plugin";
  }
  if (leaves_room(*compiled, with_confirmation(tool.input_schema))) return std::nullopt;
  return "its input schema leaves no room for the argument 'confirmation', which the host adds "
         "while a project has without_elicitation: two_step; declare its properties at the top";
}

std::optional<std::string> take_confirmation(json& arguments) {
  if (!arguments.is_object()) return std::nullopt;
  const auto found = arguments.find(kConfirmationArgument);
  if (found == arguments.end()) return std::nullopt;
  const bool nothing = found->is_null() || (found->is_structured() && found->empty());
  std::string text(nothing              ? ""
                   : found->is_string() ? found->get<std::string>()
                                        : json_text(*found));
  arguments.erase(found);
  text = without_blanks(text);
  if (text.empty() || text == "null") return std::nullopt;
  return text;
}

}  // namespace adomcp::mcp
