#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

// One configuration with people of every sort, for the tables of access rules.

namespace adomcp::policy {

inline constexpr char kPayments[] = "11111111-aaaa-4aaa-8aaa-111111111111";
inline constexpr char kPlatform[] = "22222222-aaaa-4aaa-8aaa-222222222222";
inline constexpr char kVault[] = "33333333-aaaa-4aaa-8aaa-333333333333";
inline constexpr char kTwin[] = "44444444-aaaa-4aaa-8aaa-444444444444";
inline constexpr char kUser[] = "aaaaaaaa-0000-4000-8000-00000000000a";
inline constexpr char kBot[] = "bbbbbbbb-0000-4000-8000-00000000000b";

inline Principal outsider() {
  Principal who;
  who.object_id = "ffffffff-0000-4000-8000-00000000000f";
  who.user_name = "sre";
  who.client_app = "cccccccc-0000-4000-8000-00000000000c";
  who.groups = {"everybody"};
  who.roles = {"guest"};
  who.scopes = {"reader", "sre"};
  return who;
}
inline Principal in_group(const std::string& group) {
  auto who = outsider();
  who.groups.push_back(group);
  return who;
}
inline Principal in_role(const std::string& role) {
  auto who = outsider();
  who.roles.push_back(role);
  return who;
}
inline Principal user(const std::string& object_id) {
  auto who = outsider();
  who.object_id = object_id;
  return who;
}
/// A program's own token, or that of a person who signed in through it.
inline Principal through(const std::string& client_app, bool application) {
  auto who = outsider();
  who.client_app = client_app;
  who.application = application;
  return who;
}
inline Principal reader() {
  return in_role("reader");
}
inline Principal sre() {
  return in_group("sre");
}

inline AccessRule rule(const std::string& name, std::vector<std::string> tools,
                       std::vector<std::string> projects) {
  AccessRule rule;
  rule.name = name;
  rule.tools = std::move(tools);
  rule.projects = std::move(projects);
  return rule;
}

inline Access access_rules() {
  Access access;
  access.default_allow = false;
  access.rules = {rule("sre", {"*"}, {"*"}),
                  rule("access.rules[1]", {"list_*", "get_*"}, {"pay*"}),
                  rule("deploy", {"trigger_pipeline_run"}, {kPlatform, "Payments"}),
                  rule("bot", {"list_deployment?"}, {"Platform"}),
                  rule("writers", {"trigger_pipeline_run"}, {"Payments"}),
                  rule("lookers", {"list_pipeline_runs"}, {"PLATFORM"})};
  auto& rules = access.rules;
  rules[0].groups = {"SRE", ""};
  rules[1].roles = {"reader", ""};
  rules[2].users = {kUser, ""};
  rules[2].pipelines = {"12", "deploy-*"};
  rules[2].branches = {"main"};
  rules[2].parameters = {"ring"};
  rules[3].apps = {kBot, ""};
  rules[4].roles = {"writer"};
  rules[4].branches = {"release/*"};
  rules[5].roles = {"writer", "looker"};
  return access;
}

inline TriggerSettings open_trigger() {
  TriggerSettings trigger;
  trigger.pipelines = {"*"};
  trigger.branches = {"*", "refs/tags/*"};
  trigger.variables = {"LOG_LEVEL"};
  trigger.confirm = Confirm::kNever;
  return trigger;
}

inline Policy guarded() {
  return {{{"contoso",
            {},
            {{kVault, "Vault", {}},
             {kPayments, "Payments", open_trigger()},
             {kPlatform, "Platform", open_trigger()}}},
           {"fabrikam", {}, {{kTwin, "Platform", {}}, {"", "Payroll", {}}}}},
          access_rules()};
}

/// A tool of the catalog: those that write are called trigger_….
inline Operation tool(const std::string& name) {
  return {OperationKind::kTool, name, "pipeline-runs", !name.starts_with("trigger_")};
}

}  // namespace adomcp::policy
