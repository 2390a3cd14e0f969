#include "azure_devops/project_directory.h"
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
