#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Azure DevOps has given no project's id yet.
class UnresolvedTest : public testing::Test {
 protected:
  UnresolvedTest() {
    world_.in_force.organizations = {{"contoso", {}, {{"", "Payments", {}}, {"", "Other", {}}}}};
    world_.add(make_prompt("greet", R"([{"name":"name"},{"name":"project"}])"));
    world_.add(make_resource("build://latest"));
    world_.add(make_resource("runs://{project}/{id}"));
    world_.add_completer("greet");
    world_.invoker.answer = [this](const json&) { return answer_; };
  }

  /// Whatever kind it is, this is an answer to it.
  static plugin_host::CallResult good() {
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    result.structured = R"({"runs":[],"messages":[],"values":[],
                            "contents":[{"uri":"build://latest","text":"x"}]})";
    return result;
  }
  static plugin_host::CallResult denied(const std::string& text) {
    plugin_host::CallResult result;
    result.outcome = Outcome::kDenied;
    result.error_type = "denied";
    result.text = text;
    return result;
  }
  /// What the client says to whoever asks for the default project.
  std::string words() const {
    return policy::decide_request({}, {}, "contoso", "Payments", world_.in_force).decision.reason;
  }
  /// The finished record of the only operation so far.
  json record() {
    auto& lines = world_.audit_lines->lines;
    EXPECT_EQ(lines.size(), 2U);
    const json last = lines.empty() ? json() : lines.back();
    lines.clear();
    return last;
  }

  World world_;
  plugin_host::CallResult answer_ = good();
};

struct Case {
  const char* about;
  const char* method;
  json params;
};

std::vector<Case> naming_nothing() {
  return {{"a tool", "tools/call", {{"name", "echo"}, {"arguments", {{"top", 5}}}}},
          {"a tool that takes a project", "tools/call", {{"name", "list_runs"}}},
          {"a tool with a blank one",
           "tools/call",
           {{"name", "list_runs"}, {"arguments", {{"project", " "}}}}},
          {"a prompt", "prompts/get", {{"name", "greet"}, {"arguments", {{"name", "Ada"}}}}},
          {"a resource", "resources/read", {{"uri", "build://latest"}}},
          {"a completion of the project itself",
           "completion/complete",
           {{"ref", {{"type", "ref/prompt"}, {"name", "greet"}}},
            {"argument", {{"name", "project"}, {"value", "Pay"}}}}}};
}

std::vector<Case> naming_one() {
  return {
      {"a tool", "tools/call", {{"name", "echo"}, {"arguments", {{"project", "Payments"}}}}},
      {"a tool, another one",
       "tools/call",
       {{"name", "echo"}, {"arguments", {{"project", "Other"}}}}},
      {"a tool, the organization",
       "tools/call",
       {{"name", "echo"}, {"arguments", {{"organization", "contoso"}}}}},
      {"a tool, a link",
       "tools/call",
       {{"name", "echo"},
        {"arguments",
         {{"run_url", "https://dev.azure.com/contoso/Payments/_build/results?buildId=1"}}}}},
      {"a prompt", "prompts/get", {{"name", "greet"}, {"arguments", {{"project", "payments"}}}}},
      {"a resource", "resources/read", {{"uri", "runs://Payments/7"}}},
      {"a completion",
       "completion/complete",
       {{"ref", {{"type", "ref/prompt"}, {"name", "greet"}}},
        {"argument", {{"name", "name"}, {"value", "A"}}},
        {"context", {{"arguments", {{"project", "Payments"}}}}}}}};
}

TEST_F(UnresolvedTest, WhatNamesNoProjectIsServed) {
  for (const auto& [about, method, params] : naming_nothing()) {
    const int before = world_.invoker.calls;
    const auto reply = world_.modern(method, params);
    EXPECT_FALSE(reply.error) << about << ": " << (reply.error ? reply.error->message : "");
    EXPECT_THAT(reply.result, testing::Not(HasSubstr("isError"))) << about << reply.result;
    EXPECT_EQ(world_.invoker.calls, before + 1) << about;
    EXPECT_EQ(world_.invoker.last_scope.project, "Payments") << "what its requests will be about";
    const auto last = record();
    EXPECT_EQ(last["decision"], "allow") << about;
    EXPECT_EQ(last["status"], "success") << about;
  }
}

TEST_F(UnresolvedTest, WhatNamesOneIsRefused) {
  for (const auto& [about, method, params] : naming_one()) {
    const auto reply = world_.modern(method, params);
    const std::string text = reply.error ? reply.error->message : reply.result;
    EXPECT_THAT(text, HasSubstr("could not be resolved in Azure DevOps organization")) << about;
    EXPECT_EQ(world_.invoker.calls, 0) << about;
    const auto last = record();
    EXPECT_EQ(last["decision"], "deny") << about;
    EXPECT_EQ(last["rule"], "allowlist.unresolved") << about;
    EXPECT_EQ(last["status"], "denied") << about;
    EXPECT_EQ(last["error_type"], "project_not_allowed") << about;
  }
}

TEST_F(UnresolvedTest, WhoAsksAzureDevOpsIsRefusedThenAndTheAuditSaysByWhat) {
  answer_ = denied("The runs can't be listed. " + words());
  for (const auto& [about, method, params] : naming_nothing()) {
    const auto reply = world_.modern(method, params);
    const std::string text = reply.error ? reply.error->message : reply.result;
    EXPECT_THAT(text, HasSubstr(words())) << about;
    const auto last = record();
    EXPECT_EQ(last["decision"], "deny") << about;
    EXPECT_EQ(last["rule"], "allowlist.unresolved") << about;
    EXPECT_EQ(last["status"], "denied") << about;
    EXPECT_EQ(last["upstream_requests"], 0) << about;
  }
}

TEST_F(UnresolvedTest, APluginsOwnNoIsNotTheAllowlists) {
  answer_ = denied("Not on a Sunday.");
  for (const auto& [about, method, params] : naming_nothing()) {
    world_.modern(method, params);
    const auto last = record();
    EXPECT_EQ(last["decision"], "allow") << about;
    EXPECT_EQ(last["status"], "denied") << about;
  }
  answer_ = good();
  answer_.text = words();  // it went on without
  world_.modern("tools/call", {{"name", "echo"}});
  EXPECT_EQ(record()["decision"], "allow");
}

}  // namespace
}  // namespace adomcp::mcp
