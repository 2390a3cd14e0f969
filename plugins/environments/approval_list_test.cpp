#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "plugin_file.h"
#include "schema.h"
#include "shared/project_links.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTool = "list_approvals";
constexpr std::size_t kMostBytes = 16384;

json person(const std::string& name) {
  return {{"displayName", name}, {"id", "i-" + name}};
}

json step(const std::string& who, const std::string& status) {
  return {{"assignedApprover", person(who)}, {"status", status}, {"order", 1}};
}

json yaml(const std::string& id, int run, const std::string& since = "2026-11-23T06:00:00Z") {
  return {
      {"id", id},
      {"status", "pending"},
      {"createdOn", since},
      {"executionOrder", "inSequence"},
      {"minRequiredApprovers", 2},
      {"instructions", "Look at the board.\u202e\npassword=hunter2-is-secret"},
      {"blockedApprovers", json::array({person("Kim")})},
      {"steps", {step("Ann", "approved"), step("Bob", "pending"), step("Cy", "uninitiated")}},
      {"pipeline",
       {{"id", "65"},
        {"name", "deploy-ledger"},
        {"owner",
         {{"id", run},
          {"name", "20261123.1"},
          {"_links",
           {{"web", {{"href", "https://dev.azure.com/contoso/p/_build/results?buildId=1"}}}}}}}}}};
}

json release(int id, const std::string& since = "2026-11-22T06:00:00Z") {
  return {{"id", id},
          {"approvalType", "PreDeploy"},
          {"status", "pending"},
          {"createdOn", since},
          {"url", "https://vsrm.dev.azure.com/contoso/p/_apis/Release/approvals/7"},
          {"approver", person("Dan")},
          {"release",
           {{"id", 110},
            {"name", "Release-10"},
            {"_links", json::object()},
            {"url", "https://vsrm.dev.azure.com/contoso/p/_apis/Release/releases/110"}}},
          {"releaseDefinition", {{"id", 2}, {"name", "ledger-classic"}}},
          {"releaseEnvironment", {{"id", 5}, {"name", "Prod"}}}};
}

json timeline(const std::string& approval, const std::string& stage) {
  return {{"records",
           {{{"id", "s"}, {"type", "Stage"}, {"name", stage}, {"parentId", nullptr}},
            {{"id", "c"}, {"type", "Checkpoint"}, {"name", "Checkpoint"}, {"parentId", "s"}},
            {{"id", approval}, {"type", "Checkpoint.Approval"}, {"parentId", "c"}}}}};
}

class ListApprovals : public testing::Test {
 protected:
  ListApprovals() {
    serve(json::array({yaml("A-1", 4791)}), json::array({release(1231)}));
    host_.on("GET", "build/builds/4791/timeline", Answer::json(timeline("a-1", "Deploy")));
  }

  void serve(const json& pipelines, const json& releases) {
    host_.on("GET", "pipelines/approvals", Answer::json({{"value", pipelines}}));
    host_.on("GET", "release/approvals", Answer::json({{"value", releases}}));
  }

  Outcome ask(json arguments = json::object()) {
    if (!arguments.contains("state")) arguments["state"] = "pending";
    if (!arguments.contains("project")) arguments["project"] = "p";
    const Outcome out = host_.call(kTool, arguments);
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(host_.tool(kTool).output_schema, out.answer)) << out.raw;
      EXPECT_LE(out.raw.size(), kMostBytes);
    }
    return out;
  }

  static std::vector<std::string> ids(const json& answer) {
    std::vector<std::string> out;
    for (const json& one : answer["approvals"]) out.push_back(one["id"]);
    return out;
  }

  Host host_{plugin_file("environments")};
};

TEST_F(ListApprovals, TellsBothKinds) {
  const Outcome out = ask();
  EXPECT_EQ(out.answer, json::parse(R"({"approvals": [
    {"kind": "release", "id": "1231", "status": "pending", "since": "2026-11-22T06:00:00Z",
     "pipeline": {"id": 2, "name": "ledger-classic"}, "release": {"id": 110, "name": "Release-10"},
     "environment": "Prod", "type": "preDeploy", "may_decide": ["Dan"],
     "url": "https://dev.azure.com/contoso/p/_releaseProgress?_a=release-pipeline-progress&releaseId=110"},
    {"kind": "yaml", "id": "A-1", "status": "pending", "since": "2026-11-23T06:00:00Z",
     "pipeline": {"id": 65, "name": "deploy-ledger"}, "run_id": 4791, "run_number": "20261123.1",
     "stage": "Deploy", "may_decide": ["Bob", "Cy"], "needed": 2, "given": 1,
     "order": "inSequence", "may_not_decide": ["Kim"],
     "decided": [{"by": "Ann", "status": "approved"}],
     "instructions": "Look at the board.\npassword=***",
     "url": "https://dev.azure.com/contoso/p/_build/results?buildId=1"}]})"));
  EXPECT_EQ(host_.rounds, 2);
  const Request& pipelines = *host_.sent("pipelines/approvals");
  for (const char* part :
       {"state=pending", "$expand=steps", "top=21", "api-version=7.2-preview.2"}) {
    EXPECT_TRUE(pipelines.asks(part)) << part << " " << pipelines.query;
  }
  const Request& releases = *host_.sent("release/approvals");
  EXPECT_EQ(releases.service, "vsrm");
  for (const char* part : {"statusFilter=pending", "top=21", "queryOrder=ascending"}) {
    EXPECT_TRUE(releases.asks(part)) << part;
  }
  EXPECT_EQ(out.notes.at("result_count"), "2");
}

TEST_F(ListApprovals, AsksOnlyForWhatIsWanted) {
  struct Case {
    json arguments;
    bool pipelines, releases;
  };
  for (const Case& one : {Case{{{"kind", "yaml"}}, true, false},
                          {{{"kind", "release"}}, false, true},
                          {{{"state", "timedOut"}}, true, false},
                          {{{"state", "deferred"}}, true, false},
                          {{{"state", "rejected"}}, true, true}}) {
    EXPECT_EQ(ask(one.arguments).status, ADOMCP_OK) << one.arguments;
    EXPECT_EQ(host_.sent("pipelines/approvals") != nullptr, one.pipelines) << one.arguments;
    EXPECT_EQ(host_.sent("release/approvals") != nullptr, one.releases) << one.arguments;
  }
  ask({{"assigned_to", "ann@contoso.example"}});
  EXPECT_TRUE(host_.sent("pipelines/approvals")->asks("assignedTo=ann%40contoso.example"));
  EXPECT_TRUE(host_.sent("release/approvals")->asks("assignedToFilter=ann%40contoso.example"));
  const Outcome never = ask({{"kind", "release"}, {"state", "timedOut"}});
  EXPECT_EQ(never.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_TRUE(host_.requests.empty());
}

TEST_F(ListApprovals, ThoseThatWaitLongestComeFirstOthersLast) {
  const char* const times[] = {"2026-11-21T06:00:00Z", "2026-11-23T06:00:00Z",
                               "2026-11-22T06:00:00Z"};
  json pipelines = json::array();
  json releases = json::array();
  for (int i = 0; i < 3; ++i) {
    pipelines.push_back(yaml("Y" + std::to_string(i), 1, times[i]));
    releases.push_back(release(i + 1, std::string(times[i]).replace(12, 1, "7")));
  }
  serve(pipelines, releases);
  EXPECT_THAT(ids(ask().answer), ElementsAre("Y0", "1", "Y2", "3", "Y1", "2"));
  for (json* list : {&pipelines, &releases}) {
    for (json& one : *list) one["status"] = "rejected";
  }
  serve(pipelines, releases);
  EXPECT_THAT(ids(ask({{"state", "rejected"}}).answer),
              ElementsAre("2", "Y1", "3", "Y2", "1", "Y0"));
  EXPECT_TRUE(ask().answer["approvals"].empty());  // whatever the service gives
}

TEST_F(ListApprovals, OneKindThatFailsLeavesTheOther) {
  struct Case {
    const char *path, *note, *kept;
  };
  for (const Case& one : {Case{"pipelines/approvals",
                               "Approvals of YAML pipelines could not be read. Wait.", "release"},
                          Case{"release/approvals",
                               "Approvals of classic releases could not be read. Wait.", "yaml"}}) {
    serve(json::array({yaml("A-1", 4791)}), json::array({release(1231)}));
    host_.on("GET", one.path, Answer::failed(ADOMCP_THROTTLED, 429, "Wait."));
    const json answer = ask().answer;
    ASSERT_EQ(answer["approvals"].size(), 1U);
    EXPECT_EQ(answer["approvals"][0]["kind"], one.kept);
    EXPECT_EQ(answer["notes"][0], one.note);
  }
  host_.on("GET", "pipelines/approvals", Answer::failed(ADOMCP_DENIED, 403, "No right to read."));
  const Outcome out = ask();
  EXPECT_EQ(out.status, ADOMCP_DENIED);
  EXPECT_EQ(out.text, "No right to read.");
}

TEST_F(ListApprovals, AStageThatIsNotKnownIsLeftOut) {
  host_.on("GET", "build/builds/4791/timeline", Answer::failed(ADOMCP_NOT_FOUND, 404, "Gone."));
  for (const Answer& no : {Answer{ADOMCP_OK, 204, ""}, Answer::failed(ADOMCP_UNAVAILABLE, 503, "x"),
                           Answer::json(timeline("another", "Deploy")), Answer::text("[1, 2")}) {
    host_.on("GET", "build/builds/4791/timeline", no);
    const json answer = ask({{"kind", "yaml"}}).answer;
    EXPECT_FALSE(answer["approvals"][0].contains("stage"));
    EXPECT_THAT(answer["notes"][0].get<std::string>(), HasSubstr("get_run"));
  }
}

TEST_F(ListApprovals, StaysWithinItsBounds) {
  json pipelines = json::array();
  json releases = json::array();
  for (int i = 0; i < 51; ++i) {
    pipelines.push_back(yaml("Y" + std::to_string(i), 100 + i));
    pipelines.back()["instructions"] = std::string(3000, 'i');
    for (int n = 0; n < 40; ++n)
      pipelines.back()["steps"].push_back(step(std::string(300, 'n'), "pending"));
    releases.push_back(release(i + 1));
  }
  serve(pipelines, releases);
  for (const int top : {1, 50}) {
    const json answer = ask({{"top", top}}).answer;
    EXPECT_LE(answer["approvals"].size(), static_cast<std::size_t>(top));
    EXPECT_FALSE(answer["approvals"].empty());
    EXPECT_EQ(answer["truncated"], true);
    EXPECT_THAT(answer["notes"].back().get<std::string>(), HasSubstr("There are more"));
    EXPECT_LE(host_.requests.size(), 10U);
  }
}

TEST_F(ListApprovals, WhoeverWasAskedInVainMayNotDecide) {
  json late = yaml("A-1", 4791);
  late["status"] = "timedOut";
  late["steps"] = json::array({step("Ann", "timedOut")});
  late["minRequiredApprovers"] = 0;
  serve(json::array({late}), json::array());
  const json answer = ask({{"state", "timedOut"}}).answer["approvals"][0];
  EXPECT_FALSE(answer.contains("may_decide"));
  EXPECT_EQ(answer["decided"][0], json::parse(R"({"by": "Ann", "status": "timedOut"})"));
  EXPECT_EQ(answer["needed"], 1);
}

TEST_F(ListApprovals, OddApprovalsAreTakenAsTheyAre) {
  const char* url = "https://dev.azure.com/contoso/p/_apis/x/1";
  const json odd =
      json::array({{{"status", "pending"}, {"url", url}},
                   {{"status", "Pending"}, {"steps", 7}, {"pipeline", "x"}, {"url", url}},
                   nullptr,
                   3});
  serve(odd, odd);
  EXPECT_EQ(ask().answer["approvals"].size(), 4U);  // of both kinds, those that say their state
}

constexpr const char* kOwnId = "6ce954b1-ce1f-45d1-b94d-e6bf2464b701";
constexpr const char* kOtherId = "6ce954b1-ce1f-45d1-b94d-e6bf24647a03";

/// `each` as if its links were of that project.
json of_project(const json& each, const std::string& project) {
  std::string text = each.dump();
  const std::string from = "/contoso/p/";
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; ++at) {
    text.replace(at, from.size(), "/contoso/" + project + "/");
  }
  return json::parse(text);
}

struct ProjectCase {
  const char* asked;
  const char* linked;
  bool told;
  std::size_t lookups;
};

TEST_F(ListApprovals, OnlyThoseOfTheProjectAreTold) {
  for (const ProjectCase& one : std::vector<ProjectCase>{{"p", "p", true, 0},
                                                         {"P", "p", true, 0},
                                                         {"Pay ments", "Pay%20ments", true, 0},
                                                         {kOwnId, kOwnId, true, 0},
                                                         {"p", kOwnId, true, 2},
                                                         {kOwnId, "p", true, 2},
                                                         {"p", kOtherId, false, 2},
                                                         {"p", "Secret", false, 2},
                                                         {kOwnId, kOtherId, false, 2},
                                                         {"p", "", false, 0}}) {
    json yamls = json::array({of_project(yaml("A-1", 4791), one.linked)});
    json releases = json::array({of_project(release(1231), one.linked)});
    for (json* list : {&yamls, &releases}) {
      (*list)[0]["instructions"] = "[Secret]\\owners";
      if (!one.told) (*list)[0]["steps"] = json::array({step("[Secret]\\owners", "pending")});
    }
    serve(yamls, releases);
    host_.on("GET", "build/builds",
             Answer::json({{"value", {{{"project", {{"id", kOwnId}, {"name", "p"}}}}}}}));
    host_.on("GET", "release/releases",
             Answer::json({{"value", {{{"projectReference", {{"id", kOwnId}, {"name", "p"}}}}}}}));
    const Outcome out = ask({{"project", one.asked}});
    ASSERT_EQ(out.status, ADOMCP_OK);
    EXPECT_EQ(out.answer["approvals"].size(), one.told ? 2U : 0U) << one.asked << one.linked;
    std::size_t lookups = 0;
    for (const Request& sent : host_.requests) lookups += sent.asks("$top=1") ? 1U : 0U;
    EXPECT_EQ(lookups, one.lookups) << one.asked << one.linked;
    if (!one.told) {
      EXPECT_EQ(out.raw.find("Secret"), std::string::npos) << out.raw;
      EXPECT_EQ(out.raw.find(kOtherId), std::string::npos) << out.raw;
      EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("2 approvals are left out"));
      EXPECT_EQ(host_.sent("build/builds/4791/timeline"), nullptr);
    }
  }
}

TEST_F(ListApprovals, WhereTheProjectIsNotKnownNothingIsTold) {
  for (const Answer& no : {Answer::failed(ADOMCP_DENIED, 403, "No."), Answer::json(json::object()),
                           Answer::json({{"value", json::array()}}), Answer::text("<html>")}) {
    serve(json::array({of_project(yaml("A-1", 1), kOwnId)}),
          json::array({of_project(release(1231), kOwnId)}));
    host_.on("GET", "build/builds", no);
    host_.on("GET", "release/releases", no);
    const json answer = ask().answer;
    EXPECT_TRUE(answer["approvals"].empty());
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("2 approvals are left out"));
  }
}

TEST_F(ListApprovals, OneLinkOfAnotherProjectIsEnough) {
  for (const char* path : {"/_links/self/href", "/pipeline/owner/_links/web/href",
                           "/pipeline/owner/_links/self/href", "/url"}) {
    json one = yaml("A-1", 4791);
    one[json::json_pointer(path)] = "https://dev.azure.com/contoso/Secret/_apis/x/1";
    serve(json::array({one}), json::array());
    EXPECT_TRUE(ask().answer["approvals"].empty()) << path;
  }
}

TEST(ProjectOfLink, IsTheOneBeforeThePage) {
  using adomcp::shared::project_of_link;
  EXPECT_EQ(project_of_link("https://dev.azure.com/contoso/p/_build/results?buildId=1"), "p");
  EXPECT_EQ(project_of_link("https://contoso.visualstudio.com/p/_apis/x"), "p");
  EXPECT_EQ(project_of_link("https://tfs.example/tfs/Default/Pay%20ments/_release?a=/_x/"),
            "Pay ments");
  for (const char* none : {"", "x", "https://dev.azure.com", "https://dev.azure.com/_apis/x",
                           "https://dev.azure.com/a/b", "javascript:x"}) {
    EXPECT_EQ(project_of_link(none), "") << none;
  }
}

TEST_F(ListApprovals, PagesOfReleasesStayOnTheirHost) {
  for (const char* url :
       {"https://evil.example/contoso/p/_apis/Release/releases/110", "", "javascript:x",
        "https://vsrm.dev.azure.com/contoso/p/_apis/Release/releases/110/../x"}) {
    json one = release(1);
    one["release"]["url"] = url;
    serve(json::array(), json::array({one}));
    EXPECT_FALSE(ask().answer["approvals"][0].contains("url")) << url;
  }
}

TEST_F(ListApprovals, ACallThatIsInterruptedEnds) {
  host_.interrupted = ADOMCP_CANCELLED;
  EXPECT_EQ(ask().status, ADOMCP_CANCELLED);
}

}  // namespace
