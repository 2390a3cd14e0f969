#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <adomcp/runs.hpp>
#include <optional>
#include <string>

namespace adomcp::sdk {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json github() {
  return {
      {"reason", "pullRequest"},
      {"sourceBranch", "refs/pull/123/merge"},
      {"requestedFor", {{"displayName", "GitHub"}}},
      {"repository", {{"id", "contoso/shop-app"}, {"type", "GitHub"}}},
      {"triggerInfo",
       {{"pr.sourceBranch", "retry"},
        {"pr.id", "2107364411"},
        {"pr.title", "Retry payments"},
        {"pr.number", "123"},
        {"pr.isFork", "True"},
        {"pr.sender.name", "kim"},
        {"pr.providerId", "github"}}},
      {"parameters",
       R"({"system.pullRequest.pullRequestId":"2107364411","system.pullRequest.targetBranch":"main"})"}};
}

json azure_repos() {
  return {{"reason", "pullRequest"},
          {"sourceBranch", "refs/pull/31/merge"},
          {"repository",
           {{"id", "11111111-2222-3333-4444-555555555555"},
            {"type", "TfsGit"},
            {"url", "https://dev.azure.com/contoso/Payments/_git/api"}}},
          {"triggerInfo", {{"pr.number", "31"}, {"pr.isFork", "False"}}},
          {"parameters",
           R"({"system.pullRequest.pullRequestId":"31",)"
           R"("system.pullRequest.sourceBranch":"refs/heads/feature/x",)"
           R"("system.pullRequest.targetBranch":"refs/heads/main","password":"hunter2"})"}};
}

struct Case {
  const char* name;
  json (*build)();
  const char* expected;
};

json with(json build, const char* path, json value) {
  build[json::json_pointer(path)] = std::move(value);
  return build;
}

/// As the answer tells it.
json told(const json& build) {
  return json_of(pull_request_of(build));
}

class PullRequests : public testing::TestWithParam<Case> {};

TEST_P(PullRequests, AreToldAsFarAsTheBuildKnowsThem) {
  EXPECT_EQ(told(GetParam().build()), json::parse(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Table, PullRequests,
    testing::Values(
        Case{
            "GitHub", github,
            R"({"number": 123, "title": "Retry payments", "author": "kim", "source_branch": "retry",
                 "target_branch": "main", "fork": true,
                 "url": "https://github.com/contoso/shop-app/pull/123"})"},
        Case{"AzureRepos", azure_repos,
             R"({"number": 31, "source_branch": "feature/x", "target_branch": "main",
                 "url": "https://dev.azure.com/contoso/Payments/_git/api/pullrequest/31"})"},
        Case{"OnlyTheReference",
             [] {
               return json{{"reason", "manual"}, {"sourceBranch", "refs/pull/7/merge"}};
             },
             R"({"number": 7})"},
        Case{"NumberAsANumber",
             [] {
               return json{{"triggerInfo", {{"pr.number", 8}}}, {"sourceBranch", "refs/heads/x"}};
             },
             R"({"number": 8})"},
        Case{"TheIdIsNoNumberOnGitHub",
             [] {
               json build = with(github(), "/triggerInfo", json::object());
               return with(std::move(build), "/sourceBranch", "refs/heads/x");
             },
             R"({"target_branch": "main"})"},
        Case{"TheIdIsTheNumberInAzureRepos",
             [] {
               json build = with(azure_repos(), "/triggerInfo", nullptr);
               build["sourceBranch"] = "refs/heads/feature/x";
               build["repository"].erase("url");
               return build;
             },
             R"({"number": 31, "source_branch": "feature/x", "target_branch": "main"})"},
        Case{
            "Bitbucket",
            [] {
              json build = with(github(), "/repository/type", "Bitbucket");
              build["parameters"] = nullptr;
              return build;
            },
            R"({"number": 123, "title": "Retry payments", "author": "kim", "source_branch": "retry",
                 "fork": true, "url": "https://bitbucket.org/contoso/shop-app/pull-requests/123"})"},
        Case{"GitHubEnterprise",
             [] {
               json build = with(azure_repos(), "/repository/type", "GitHubEnterprise");
               return with(std::move(build), "/repository/url", "https://git.example/o/r.git");
             },
             R"({"number": 31, "source_branch": "feature/x", "target_branch": "main",
                 "url": "https://git.example/o/r/pull/31"})"},
        Case{"TargetBranchName",
             [] {
               return with(azure_repos(), "/parameters",
                           R"({"system.pullRequest.targetBranchName":"release/1"})");
             },
             R"({"number": 31, "target_branch": "release/1",
                 "url": "https://dev.azure.com/contoso/Payments/_git/api/pullrequest/31"})"},
        Case{"ParametersAsAnObject",
             [] {
               return with(azure_repos(), "/parameters",
                           {{"system.pullRequest.targetBranch", "refs/heads/main"}});
             },
             R"({"number": 31, "target_branch": "main",
                 "url": "https://dev.azure.com/contoso/Payments/_git/api/pullrequest/31"})"}),
    [](const auto& tried) { return tried.param.name; });

TEST(PullRequests, OtherRunsAreMadeForNone) {
  for (
      const char* text :
      {R"({})", R"(null)", R"([])",
       R"({"reason": "individualCI", "sourceBranch": "refs/heads/main"})",
       R"({"triggerInfo": {"ci.message": "Merge pull request #7"}, "sourceBranch": "refs/heads/x"})",
       R"({"sourceBranch": "refs/tags/refs/pull/7/merge"})", R"({"reason": "pullRequest"})",
       R"({"reason": "pullRequest", "triggerInfo": 3, "parameters": "{"})"}) {
    EXPECT_FALSE(pull_request_of(json::parse(text))) << text;
  }
}

TEST(PullRequests, HostileTextIsCleanedAndLinksLeadNowhereElse) {
  json build = github();
  build["triggerInfo"]["pr.title"] = "a\x1B[31mb password=hunter2";
  build["triggerInfo"]["pr.sender.name"] = "k\xE2\x80\xAEim";
  EXPECT_EQ(told(build)["title"], "ab password=***");
  EXPECT_EQ(told(build)["author"], "kim");
  for (const char* id :
       {"contoso", "a/b/c", "/x", "x/", "a/..", "a b/c", "a/b?x", "evil.example@a/b", ""}) {
    build["repository"]["id"] = id;
    EXPECT_FALSE(told(build).contains("url")) << id;
  }
  json azure = azure_repos();
  for (const char* url : {"https://user:secret@dev.azure.com/x", "javascript:alert(1)", "//x/y",
                          "https://x/?a=b", "https://x/\n", "https://x/ y", ""}) {
    azure["repository"]["url"] = url;
    EXPECT_FALSE(told(azure).contains("url")) << url;
  }
  azure["parameters"] = std::string(1U << 20U, '[');
  EXPECT_EQ(told(azure)["number"], 31);
}

TEST(PullRequests, TheTargetBranchIsNamedInFull) {
  EXPECT_EQ(target_branch_of(github()), "refs/heads/main");
  EXPECT_EQ(target_branch_of(azure_repos()), "refs/heads/main");
  EXPECT_EQ(target_branch_of(json::object()), "");
}

TEST(Deletion, IsToldAsFarAsItIsKnown) {
  const auto of = [](const char* text) { return json_of(deletion_of(json::parse(text))); };
  EXPECT_EQ(of(R"({"deleted": true, "deletedDate": "2026-11-20T08:00:00Z",
                   "deletedBy": {"displayName": "Robin"}, "deletedReason": "by hand"})"),
            json::parse(R"({"on": "2026-11-20T08:00:00Z", "by": "Robin", "reason": "by hand"})"));
  EXPECT_EQ(of(R"({"deleted": true})"), json::object());
  EXPECT_EQ(of(R"({"deleted": "True"})"), json::object());
  EXPECT_EQ(deletion_of(json::parse(R"({"deleted": true, "deletedDate": "soon"})"))->on,
            std::nullopt);
  EXPECT_EQ(of(R"({"deletedDate": "2026-11-20T08:00:00Z"})"),
            json::parse(R"({"on": "2026-11-20T08:00:00Z"})"));
  for (const char* text :
       {R"({})", R"(null)", R"({"deleted": false, "deletedDate": "2026-11-20T08:00:00Z"})",
        R"({"deleted": "false", "deletedDate": "2026-11-20T08:00:00Z"})", R"({"deleted": null})",
        R"({"deletedDate": "0001-01-01T00:00:00"})"}) {
    EXPECT_TRUE(of(text).is_null()) << text;
  }
}

TEST(BranchArgument, RefusesWhatIsNotClear) {
  EXPECT_EQ(branch_argument(std::nullopt), "");
  EXPECT_EQ(branch_argument(" "), "");
  EXPECT_EQ(branch_argument("main"), "refs/heads/main");
  try {
    branch_argument("origin/main");
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_EQ(error.status(), ADOMCP_INVALID_ARGUMENT);
    EXPECT_THAT(error.what(), HasSubstr(R"(The branch "origin/main" may be)"));
    EXPECT_THAT(error.what(), HasSubstr(R"("refs/heads/origin/main".)"));
  }
}

}  // namespace
}  // namespace adomcp::sdk
