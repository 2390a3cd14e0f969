#include "config/project_section.h"

#include <map>
#include <string>

#include "config/forms.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

std::vector<std::string> read_patterns(const Field& field, bool (*has_form)(std::string_view),
                                       const std::string& form) {
  std::vector<std::string> out;
  for (const auto& item : field.texts()) {
    if (!has_form(item.node()->text)) item.complain("must be " + form + ", not " + item.shown());
    out.push_back(item.node()->text);
  }
  return out;
}

TriggerSettings read_trigger(const Field& field, Problems& problems) {
  constexpr std::string_view kAdvice = "say what may be started, [\"*\"] for all";
  TriggerSettings out;
  const Mapping trigger(field, "azure_devops.organizations[].projects[].trigger", problems);
  if (!trigger) return out;
  out.pipelines = read_patterns(trigger["pipelines"].required(kAdvice), is_pipeline_pattern,
                                "a pipeline's id or a name pattern like \"deploy-*\"");
  out.branches = read_patterns(trigger["branches"].required(kAdvice), is_branch_pattern,
                               "a branch pattern like main or \"release/*\"");
  out.variables = read_patterns(trigger["variables"], is_variable_name, "a variable's name");
  out.skip_stages = trigger["skip_stages"].boolean().value_or(false);
  out.confirm = trigger["confirm"].choice({"always", "never"}).value_or("always") == "always"
                    ? Confirm::kAlways
                    : Confirm::kNever;
  return out;
}

ProjectSettings read_project(const Field& item, std::map<std::string, std::string>& places,
                             Problems& problems) {
  ProjectSettings out;
  const Mapping project(item, "azure_devops.organizations[].projects[]", problems);
  if (!project) return out;
  const Field name = project["name"];
  if (const auto text = name.required().text()) {
    out.name = *text;
    if (!is_azure_name(*text)) {
      name.complain("must be a project's name or id, not " + name.shown());
    }
    const auto [first, added] = places.emplace(to_lower(*text), name.place());
    if (!added) name.complain(name.shown() + " is listed twice; the first is at " + first->second);
  }
  const Field trigger = project["trigger"];
  if (trigger.present()) out.trigger = read_trigger(trigger, problems);
  return out;
}

}  // namespace

std::vector<ProjectSettings> read_projects(const Field& field, Problems& problems) {
  std::vector<ProjectSettings> out;
  std::map<std::string, std::string> places;  // lower-case name -> place
  for (const auto& item : field.items()) out.push_back(read_project(item, places, problems));
  const bool empty = field.present() && field.node()->kind == YamlNode::Kind::kSequence &&
                     field.node()->items.empty();
  if (empty) field.complain("must list at least one project; the list is what may be touched");
  return out;
}

}  // namespace adomcp::config
