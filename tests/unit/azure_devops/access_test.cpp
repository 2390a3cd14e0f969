#include "azure_devops/project_directory.h"

#include <nlohmann/json.hpp>

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;

AccessRule rule_for(const std::string& role, const std::string& tool, const std::string& project) {
  AccessRule rule;
  rule.name = role;
  rule.roles = {role};
  rule.tools = {tool};
  rule.projects = {project};
  return rule;
}

/// contoso with access rules: readers read Payments, writers write it.
class RequestAccess : public ClientTest {
 protected:
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve_guarded() {
    auto serving = serve([](Peer& peer, const Received& got) {
      const std::string project = R"("project":{"id":")" + std::string(kPayments) + R"("})";
      if (got.method == "POST") return peer.json(R"({"id":5001})");
      if (got.target.find("/build/definitions/") == std::string::npos) return peer.json("{}");
      peer.json(R"({"id":12,"name":"api-ci",)" + project +
                R"(,"repository":{"defaultBranch":"refs/heads/main"}})");
    });
    TriggerSettings trigger;
    trigger.pipelines = trigger.branches = {"*"};
    trigger.confirm = confirm_;
    const policy::Access access{
        {rule_for("reader", "list_*", "Payments"), rule_for("writer", "start", "Payments")},
        false,
        false};
    policy_ = std::make_shared<const policy::Policy>(policy::Policy{
        {{"contoso", {}, {{kPayments, "Payments", trigger}, {kPlatform, "Platform", trigger}}}},
        access});
    client_ = std::make_unique<RestClient>(upstream_, [this] { return policy_; });
    return serving;
  }

  void ask_as(const std::string& role, const std::string& tool) {
    scope_.principal.roles = {role};
    scope_.name = tool;
    scope_.read_only = tool != "start";
  }

  Result<Response> get_from(const std::string& project) {
    Request request;
    request.project = project;
    request.path = "build/builds";
    return client_->send(scope_, request);
  }

  Result<Response> start(const std::string& project) {
    Request request;
    request.method = "POST";
    request.project = project;
    request.path = "pipelines/12/runs";
    request.content_type = "application/json";
    request.body = "{}";
    return client_->send(scope_, request);
  }

  Confirm confirm_ = Confirm::kNever;
  std::shared_ptr<const policy::Policy> policy_;
};

TEST_F(RequestAccess, OnlyGrantedProjectsAreAskedFor) {
  const auto serving = serve_guarded();
  ask_as("reader", "list_runs");
  EXPECT_TRUE(get_from("Payments"));
  const auto refused = get_from("Platform");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().text(), HasSubstr("No access rule lets you use tool 'list_runs'"));
  ask_as("reader", "other");
  EXPECT_FALSE(get_from("Payments"));
  ask_as("nobody", "list_runs");
  EXPECT_FALSE(get_from("Payments"));
  scope_.principal = {};
  EXPECT_FALSE(get_from("Payments"));
  EXPECT_EQ(server_->requests().size(), 1u);
}

TEST_F(RequestAccess, AWriteIsDecidedForItsCallerAndTool) {
  const auto serving = serve_guarded();
  ask_as("writer", "start");
  const auto started = start("Payments");
  EXPECT_TRUE(started) << started.error().text();
  EXPECT_FALSE(start("Platform"));
  ask_as("reader", "start");
  EXPECT_FALSE(start("Payments"));
  EXPECT_EQ(server_->count("POST", "/runs"), 1u);
}

TEST_F(RequestAccess, AWriteThatNobodyConfirmedIsNotSent) {
  confirm_ = Confirm::kAlways;
  const auto serving = serve_guarded();
  ask_as("writer", "start");
  const auto refused = start("Payments");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnconfirmed);
  EXPECT_EQ(server_->count("POST", "/runs"), 0u);
}

/// A call that names no project may run before its own one has an id: this is where it ends then.
TEST_F(RequestAccess, WithoutTheProjectsIdNothingIsAsked) {
  const auto serving = serve_guarded();
  auto unresolved = *policy_;
  for (auto& project : unresolved.organizations[0].projects) project.id.clear();
  policy_ = std::make_shared<const policy::Policy>(unresolved);
  Request get;
  get.path = "build/builds";
  Request of_organization = get;
  of_organization.organization = "contoso";
  Request of_project = get;
  of_project.project = "PAYMENTS";
  Request preview;
  preview.method = "POST";
  preview.path = "pipelines/12/preview";
  preview.body = "{}";
  Request run = preview;
  run.path = "pipelines/12/runs";
  const struct {
    const char* about;
    Request request;
  } requests[] = {{"a read", get},
                  {"a read that names the organization", of_organization},
                  {"a read that names the project", of_project},
                  {"a preview", preview},
                  {"a write", run}};
  for (const auto* const who : {"reader", "writer"}) {
    ask_as(who, std::string(who) == "reader" ? "list_runs" : "start");
    scope_.organization = "contoso";
    scope_.project = "Payments";
    const Operation operation{scope_.kind, scope_.name, {}, scope_.read_only};
    const nlohmann::json named{{"project", "Payments"}};
    const auto words =
        policy::decide_arguments(scope_.principal, operation, named, {}, *policy_).decision;
    EXPECT_EQ(words.rule, "allowlist.unresolved");
    for (const auto& [about, request] : requests) {
      const auto answer = client_->send(scope_, request);
      ASSERT_FALSE(answer) << about;
      EXPECT_EQ(answer.error().code, ErrorCode::kDenied) << about;
      EXPECT_EQ(answer.error().message, words.reason) << "the same words as before: " << about;
    }
    for (const auto& answer : client_->send_all(scope_, {get, of_project, run})) {
      EXPECT_EQ(answer.error().message, words.reason);
    }
    Request by_no_id = get;
    by_no_id.project = " ";
    EXPECT_FALSE(client_->send(scope_, by_no_id));
    scope_.project = "";
    EXPECT_FALSE(client_->send(scope_, get)) << "no project is not the one without an id";
  }
  EXPECT_TRUE(server_->requests().empty());
}

TEST(DirectoryAccess, IsInEverySnapshot) {
  policy::Access access;
  access.rules = {rule_for("reader", "*", "*")};
  access.default_allow = false;
  access.read_only = true;
  ProjectDirectory directory(
      {{"contoso", {}, AzureCliSettings{}, {}, {{"Payments", {}}}}}, access,
      [](const std::string&, const std::string&, Deadline) -> Result<std::string> {
        return R"({"id":")" + std::string(kPayments) + R"(","name":"Payments"})";
      });
  const auto first = directory.snapshot();
  directory.resolve(Deadline());
  const auto second = directory.snapshot();
  ASSERT_NE(first, second);
  for (const auto& policy : {first, second}) {
    ASSERT_EQ(policy->access.rules.size(), 1u);
    EXPECT_EQ(policy->access.rules[0].name, "reader");
    EXPECT_FALSE(policy->access.default_allow);
    EXPECT_TRUE(policy->access.read_only);
  }
}

}  // namespace
}  // namespace adomcp::azure_devops
