#include "config/control_section.h"

#include <string>
#include <string_view>

#include "config/pattern_lists.h"

namespace adomcp::config {
namespace {

constexpr std::string_view kBlock = "azure_devops.organizations[].projects[].control";

/// One of the three parts.
struct Part {
  std::string_view key;
  std::string_view path;   ///< as keys.cpp has it
  std::string_view names;  ///< its list of stages or environments; empty: it has none
};
constexpr Part kRetries = {
    "retry_stages", "azure_devops.organizations[].projects[].control.retry_stages", "stages"};
constexpr Part kCancels = {"cancel_runs",
                           "azure_devops.organizations[].projects[].control.cancel_runs", ""};
constexpr Part kDecisions = {"decide_approvals",
                             "azure_devops.organizations[].projects[].control.decide_approvals",
                             "environments"};

std::optional<ControlScope> read_scope(const Mapping& control, const Part& part,
                                       Problems& problems) {
  constexpr std::string_view kAdvice = "say for what, [\"*\"] for all";
  const Field field = control[part.key];
  if (!field.present()) return std::nullopt;
  ControlScope out;
  const Mapping scope(field, part.path, problems);
  if (!scope) return out;
  out.pipelines = read_pipelines(scope["pipelines"].required(kAdvice));
  const Field branches = scope["branches"];
  if (part.names != "environments" || branches.present()) {
    out.branches = read_run_branches(branches.required(kAdvice));
  }
  if (part.names == "stages") out.stages = read_stages(scope["stages"].required(kAdvice));
  if (part.names == "environments") {
    out.environments = read_environments(scope["environments"].required(kAdvice));
  }
  return out;
}

void read_confirmation(const Mapping& control, ControlSettings& out) {
  const Field confirm = control["confirm"];
  if (confirm.choice({"always", "never"}) == "never") out.confirm = Confirm::kNever;
  const Field otherwise = control["without_elicitation"];
  out.two_step = otherwise.choice({"refuse", "two_step"}) == "two_step";
  if (otherwise.present() && out.confirm == Confirm::kNever) {
    otherwise.complain("has no effect with `confirm: never`");
  }
}

}  // namespace

ControlSettings read_control(const Field& field, Problems& problems) {
  ControlSettings out;
  const Mapping control(field, kBlock, problems);
  if (!control) return out;
  out.retry_stages = read_scope(control, kRetries, problems);
  out.cancel_runs = read_scope(control, kCancels, problems);
  out.decide_approvals = read_scope(control, kDecisions, problems);
  if (!out.retry_stages && !out.cancel_runs && !out.decide_approvals) {
    field.complain(
        "must name retry_stages, cancel_runs or decide_approvals; what isn't there "
        "is refused");
  }
  read_confirmation(control, out);
  return out;
}

}  // namespace adomcp::config
