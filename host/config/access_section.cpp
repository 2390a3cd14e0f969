#include "config/access_section.h"

#include <algorithm>
#include <map>
#include <string>

#include "config/auth_section.h"
#include "config/forms.h"
#include "config/keys.h"
#include "config/pattern_lists.h"
#include "core/guid.h"
#include "core/name_match.h"
#include "core/nearest_name.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

/// The names of all projects, each once.
std::vector<std::string> project_names(const std::vector<OrganizationSettings>& organizations) {
  std::vector<std::string> out;
  for (const auto& organization : organizations) {
    for (const auto& project : organization.projects) out.push_back(project.name);
  }
  return out;
}

bool is_project_pattern(std::string_view text) {
  std::string plain(text);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '*' || c == '?'; }, 'x');
  return is_project_name(plain);
}

class RuleReader {
 public:
  RuleReader(const AuthSettings& auth, const std::vector<OrganizationSettings>* organizations,
             Problems& problems)
      : auth_(auth), problems_(problems) {
    if (organizations != nullptr) projects_ = project_names(*organizations);
  }

  AccessRule read(const Field& item) {
    AccessRule out;
    out.declared_at = item.place();
    const Mapping rule(item, "access.rules[]", problems_);
    if (!rule) return out;
    out.name = read_name(rule["name"], item);
    read_people(rule, item, out);
    read_granted(rule, item, out);
    out.projects = read_projects(rule["projects"].required(kAllAdvice));
    for (const auto* key : {"tools", "prompts", "resources", "projects"}) {
      if (rule[key].is_empty_list()) rule[key].complain("must list at least one, [\"*\"] for all");
    }
    read_writes(rule, out);
    return out;
  }

 private:
  static constexpr std::string_view kAllAdvice = "list them, [\"*\"] for all";
  static constexpr const char* kToolForm = "a tool's name or a pattern like \"get_*\"";
  static constexpr const char* kPromptForm = "a prompt's name or a pattern like \"review_*\"";
  static constexpr const char* kResourceForm = "a URI or a pattern like \"build://*\"";

  std::string read_name(const Field& field, const Field& item) {
    const auto text = field.text();
    std::string name = text.value_or(item.path());
    if (text && !is_plain_value(*text)) {
      field.complain("must be at most 256 bytes without * and ?, not " + field.shown());
    }
    const Field& at = field.present() ? field : item;
    const auto [first, added] = places_.emplace(name, at.place());
    if (!added) at.complain("'" + name + "' is taken; the other rule is at " + first->second);
    return name;
  }

  void read_people(const Mapping& rule, const Field& item, AccessRule& out) {
    const auto before = problems_.count();
    out.groups = rule["groups"].texts(is_plain_value, "a group's id or name without * and ?");
    for (auto& group : out.groups) {
      if (is_guid(group)) group = to_lower(group);
    }
    out.roles = rule["roles"].texts(is_plain_value, "a role's value without * and ?");
    out.users = read_ids(rule["users"], auth_, "a person's object id");
    out.apps = read_ids(rule["apps"], auth_, "a client application's id");
    const bool nobody =
        out.groups.empty() && out.roles.empty() && out.users.empty() && out.apps.empty();
    if (nobody && problems_.count() == before) {
      item.complain("is for nobody; name groups, roles, users or apps");
    }
  }

  static void read_granted(const Mapping& rule, const Field& item, AccessRule& out) {
    const Field tools = rule["tools"];
    const Field prompts = rule["prompts"];
    const Field resources = rule["resources"];
    out.tools = tools.texts(is_tool_pattern, kToolForm);
    out.prompts = prompts.texts(is_tool_pattern, kPromptForm);
    out.resources = resources.texts(is_resource_pattern, kResourceForm);
    if (tools.present() || prompts.present() || resources.present()) return;
    item.complain("grants nothing; list tools, prompts or resources, [\"*\"] for all");
  }

  std::vector<std::string> read_projects(const Field& field) {
    std::vector<std::string> out;
    for (const auto& item : field.texts()) {
      const std::string& text = item.node()->text;
      out.push_back(text);
      if (!is_project_pattern(text)) {
        item.complain("must be a project's name or id, or a pattern, not " + item.shown());
      } else {
        check_known(item, text);
      }
    }
    return out;
  }

  /// Patterns may match nothing yet, and what an id stands for is known to Azure DevOps alone.
  void check_known(const Field& item, const std::string& text) {
    if (projects_.empty() || text.find_first_of("*?") != text.npos || is_guid(text)) return;
    const auto same = [&](const std::string& name) { return same_name(name, text); };
    if (std::any_of(projects_.begin(), projects_.end(), same)) return;
    const std::string nearest(nearest_name(text, {projects_.begin(), projects_.end()}));
    item.complain("names no project of azure_devops: " + item.shown() +
                  (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
  }

  static void read_writes(const Mapping& rule, AccessRule& out) {
    if (const Field list = rule["pipelines"]; list.present()) {
      out.pipelines =
          list.texts(is_pipeline_pattern, "a pipeline's id or a name pattern like \"deploy-*\"");
    }
    if (const Field list = rule["branches"]; list.present()) {
      out.branches = list.texts(is_branch_pattern, "a branch pattern like main or \"release/*\"");
    }
    if (const Field list = rule["parameters"]; list.present()) {
      out.parameters = list.texts(is_variable_name, "a template parameter's name");
    }
    if (const Field list = rule["stages"]; list.present()) out.stages = read_stages(list);
    if (const Field list = rule["environments"]; list.present()) {
      out.environments = read_environments(list);
    }
  }

  const AuthSettings& auth_;
  Problems& problems_;
  std::vector<std::string> projects_;
  std::map<std::string, std::string> places_;  // name -> place
};

void read_rate_limits(const Field& field, const AuthSettings& auth, RateLimitSettings& out,
                      Problems& problems) {
  constexpr unsigned kCalls = 300;
  constexpr unsigned kToolCalls = 120;
  constexpr std::int64_t kMost = 1000000;
  if (auth.mode != "none") out = {kCalls, kToolCalls};
  const Mapping limits(field, "access.rate_limits", problems);
  const auto calls = limits["calls_per_minute"].integer(0, kMost);
  const auto tool_calls = limits["tool_calls_per_minute"].integer(0, kMost);
  if (calls) out.calls_per_minute = static_cast<unsigned>(*calls);
  if (tool_calls) out.tool_calls_per_minute = static_cast<unsigned>(*tool_calls);
}

}  // namespace

AccessSettings read_access(const Field& field, const AuthSettings& auth,
                           const std::vector<OrganizationSettings>* organizations,
                           Problems& problems) {
  AccessSettings out;
  const Mapping access(field, "access", problems);
  const Field rules = access["rules"];
  RuleReader reader(auth, organizations, problems);
  for (const auto& item : rules.items()) out.rules.push_back(reader.read(item));
  if (rules.present() && auth.mode == "none") {
    rules.complain("can match nobody, as auth.mode is none; leave them out");
  }
  const auto word = access["default"].choice({"deny", "allow"});
  out.default_allow = word ? *word == "allow" : out.rules.empty();
  if (rules.is_empty_list() && !access["default"].present()) {
    rules.complain("is empty; say whom that serves with `default: deny` or `default: allow`");
  }
  out.read_only = access["read_only"].boolean().value_or(false);
  out.hide_denied = access["hide_denied"].boolean().value_or(false);
  read_rate_limits(access["rate_limits"], auth, out.rate_limits, problems);
  return out;
}

}  // namespace adomcp::config
