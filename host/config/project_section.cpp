#include "config/project_section.h"

#include <algorithm>
#include <string>
#include <vector>

#include "config/control_section.h"
#include "config/forms.h"
#include "config/pattern_lists.h"
#include "core/name_match.h"

namespace adomcp::config {
namespace {

void read_protected(const Field& field, TriggerSettings& out, Problems& problems) {
  if (out.confirm != Confirm::kProtected) {
    if (field.present()) field.complain("has no effect without `confirm: protected`");
    return;
  }
  field.required("`confirm: protected` asks a person for the pipelines and branches named there");
  const Mapping guarded(field, "azure_devops.organizations[].projects[].trigger.protected",
                        problems);
  if (!guarded) return;
  const auto before = problems.count();
  out.protected_pipelines = read_pipelines(guarded["pipelines"]);
  out.protected_branches = read_branches(guarded["branches"]);
  if (problems.count() != before) return;
  if (out.protected_pipelines.empty() && out.protected_branches.empty()) {
    field.complain("must name pipelines or branches; with neither, nothing would be confirmed");
  }
}

void read_confirmation(const Mapping& trigger, TriggerSettings& out, Problems& problems) {
  const Field field = trigger["confirm"];
  const auto confirm = field.choice({"always", "protected", "never"});
  if (field.present() && !confirm) return;  // what goes with it can't be judged
  if (confirm == "protected") out.confirm = Confirm::kProtected;
  if (confirm == "never") out.confirm = Confirm::kNever;
  read_protected(trigger["protected"], out, problems);
  const Field otherwise = trigger["without_elicitation"];
  out.two_step = otherwise.choice({"refuse", "two_step"}) == "two_step";
  if (otherwise.present() && out.confirm == Confirm::kNever) {
    otherwise.complain("has no effect with `confirm: never`");
  }
}

TriggerSettings read_trigger(const Field& field, Problems& problems) {
  constexpr std::string_view kAdvice = "say what may be started, [\"*\"] for all";
  TriggerSettings out;
  const Mapping trigger(field, "azure_devops.organizations[].projects[].trigger", problems);
  if (!trigger) return out;
  out.pipelines = read_pipelines(trigger["pipelines"].required(kAdvice));
  out.branches = read_branches(trigger["branches"].required(kAdvice));
  out.variables = trigger["variables"].texts(is_variable_name, "a variable's name");
  const Field parameters = trigger["parameters"];
  if (parameters.present()) {
    out.parameters = parameters.texts(is_variable_name, "a template parameter's name");
  }
  out.skip_stages = trigger["skip_stages"].boolean().value_or(false);
  read_confirmation(trigger, out, problems);
  return out;
}

/// A listed name, and where it stands.
struct Place {
  std::string name;
  std::string place;
};

ProjectSettings read_project(const Field& item, std::vector<Place>& places, Problems& problems) {
  ProjectSettings out;
  const Mapping project(item, "azure_devops.organizations[].projects[]", problems);
  if (!project) return out;
  const Field name = project["name"];
  if (const auto text = name.required().text()) {
    out.name = *text;
    if (!is_project_name(*text)) {
      name.complain("must be a project's name or id, not " + name.shown());
    }
    const auto same = [&](const Place& known) { return same_name(known.name, *text); };
    const auto first = std::find_if(places.begin(), places.end(), same);
    if (first != places.end()) {
      name.complain(name.shown() + " is listed twice; the first is at " + first->place);
    }
    places.push_back({*text, name.place()});
  }
  const Field trigger = project["trigger"];
  if (trigger.present()) out.trigger = read_trigger(trigger, problems);
  const Field control = project["control"];
  if (control.present()) out.control = read_control(control, problems);
  // As without the block, and said so: a variable that nobody set lets nobody start anything.
  if (out.trigger && out.trigger->pipelines.empty()) out.trigger.reset();
  return out;
}

}  // namespace

std::vector<ProjectSettings> read_projects(const Field& field, Problems& problems) {
  std::vector<ProjectSettings> out;
  std::vector<Place> places;
  for (const auto& item : field.items()) out.push_back(read_project(item, places, problems));
  if (field.is_empty_list())
    field.complain("must list at least one project; the list is what may be touched");
  return out;
}

}  // namespace adomcp::config
