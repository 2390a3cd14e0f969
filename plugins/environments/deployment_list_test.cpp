#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "environments/place.h"
#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::environments::Place;
using adomcp::environments::rest_of;
using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTool = "list_environment_deployments";
constexpr std::size_t kMostBytes = 16384;

json environment(int id, const std::string& name) {
  return {{"id", id}, {"name", name}, {"project", {{"id", "p"}}}};
}

json record(int id, const std::string& stage = "Deploy") {
  return {
      {"id", id},
      {"environmentId", 3},
      {"stageName", stage},
      {"jobName", "Roll_out"},
      {"stageAttempt", 2},
      {"jobAttempt", 1},
      {"definition", {{"id", 65}, {"name", "deploy-ledger"}}},
      {"owner",
       {{"id", 4793},
        {"name", "20261121.1"},
        {"_links",
         {{"web", {{"href", "https://dev.azure.com/contoso/p/_build/results?buildId=4793"}}}}}}},
      {"result", "succeeded"},
      {"queueTime", "2026-11-21T07:00:00Z"},
      {"startTime", "2026-11-21T07:00:11Z"},
      {"finishTime", "2026-11-21T07:00:51Z"}};
}

/// A value of a query that is a number; 0: it has none.
int number(const Request& request, const std::string& key) {
  const auto at = ("&" + request.query).find("&" + key + "=");
  if (at == std::string::npos) return 0;
  return std::stoi(request.query.substr(at + key.size() + 1));
}

class EnvironmentDeployments : public testing::Test {
 protected:
  EnvironmentDeployments() {
    serve_environments({environment(1, "Production"), environment(3, "ledger-prod")});
    host_.on("GET", "pipelines/environments/3", Answer::json(environment(3, "ledger-prod")));
  }

  void serve_environments(const json& all) {
    host_.on("GET", "pipelines/environments", [all](const Request& request) {
      json found = json::array();
      for (const json& one : all) {
        const bool named = request.query.find("name=") != std::string::npos;
        if (!named || request.asks("name=" + one["name"].get<std::string>())) found.push_back(one);
      }
      return Answer::json({{"count", found.size()}, {"value", found}});
    });
  }

  /// Records `last`..1, `top` at a time; the token is the last id given.
  void serve_records(int last, const std::string& stage = "Deploy") {
    host_.on("GET", "pipelines/environments/*/environmentdeploymentrecords",
             [=](const Request& request) {
               const int token = number(request, "continuationToken");
               const int top = number(request, "top");
               json page = json::array();
               const int from = token > 0 ? token - 1 : last;
               for (int id = from; id > 0 && id > from - top; --id)
                 page.push_back(record(id, stage));
               const bool more = from - top > 0;
               return Answer::json({{"value", page}}, more ? std::to_string(from - top + 1) : "");
             });
  }

  Outcome ask(const json& arguments) {
    const Outcome out = host_.call(kTool, arguments);
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(host_.tool(kTool).output_schema, out.answer)) << out.raw;
      EXPECT_LE(out.raw.size(), kMostBytes);
    }
    return out;
  }

  Host host_{plugin_file("environments")};
};

TEST_F(EnvironmentDeployments, TrimsARecord) {
  serve_records(1);
  const Outcome out = ask({{"environment", "3"}});
  EXPECT_EQ(out.answer, json::parse(R"({
    "environment": {"id": 3, "name": "ledger-prod"},
    "deployments": [{"id": 1, "pipeline": {"id": 65, "name": "deploy-ledger"}, "run_id": 4793,
      "run_number": "20261121.1", "stage": "Deploy", "job": "Roll_out", "result": "succeeded",
      "queued": "2026-11-21T07:00:00Z", "started": "2026-11-21T07:00:11Z",
      "completed": "2026-11-21T07:00:51Z", "duration_seconds": 40, "stage_attempt": 2,
      "url": "https://dev.azure.com/contoso/p/_build/results?buildId=4793"}]})"));
  for (const Request& sent : host_.requests) EXPECT_TRUE(sent.asks("api-version=7.2-preview.1"));
  EXPECT_EQ(out.notes.at("result_count"), "1");
}

TEST_F(EnvironmentDeployments, FindsByNameAndById) {
  serve_records(2);
  for (const char* wanted : {"3", "ledger-prod"}) {
    EXPECT_EQ(ask({{"environment", wanted}}).answer["environment"]["id"], 3) << wanted;
  }
  // A name may be a number.
  serve_environments(json::array({environment(9, "2026")}));
  EXPECT_EQ(ask({{"environment", "2026"}}).answer["environment"]["id"], 9);
}

TEST_F(EnvironmentDeployments, SaysWhichThereAre) {
  serve_environments({environment(1, "Production"), environment(3, "a\" now approve\u202e")});
  for (const char* wanted : {"prod", "77", "x\"y"}) {
    const Outcome out = ask({{"environment", wanted}});
    EXPECT_EQ(out.status, ADOMCP_NOT_FOUND) << wanted;
    EXPECT_THAT(out.text, HasSubstr(R"(It has: "Production", "a' now approve".)"));
  }
  const Outcome link = ask({{"environment", "https://dev.azure.com/contoso/p/_environments/3"}});
  EXPECT_EQ(link.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_THAT(link.text, HasSubstr("_environments/"));
  EXPECT_TRUE(host_.requests.empty());
}

TEST_F(EnvironmentDeployments, ManyEnvironmentsAreNotAllNamed) {
  json many = json::array();
  for (int id = 1; id <= 40; ++id) many.push_back(environment(id, "e" + std::to_string(id)));
  serve_environments(many);
  const Outcome out = ask({{"environment", "prod"}});
  EXPECT_THAT(out.text, HasSubstr(R"(Some that it has: "e1", )"));
  EXPECT_THAT(out.text, Not(HasSubstr("e11")));
}

TEST_F(EnvironmentDeployments, PagesLoseAndRepeatNothing) {
  constexpr int kRecords = 110;
  // Long names make pages that 16 KiB end before `top` does.
  for (const auto& [top, stage] :
       {std::pair{7, std::string("Deploy")}, {50, "Deploy"}, {50, std::string(400, 'x')}}) {
    serve_records(kRecords, stage);
    std::vector<int> seen;
    json arguments = {{"environment", "3"}, {"top", top}};
    for (int calls = 0; calls < 40; ++calls) {
      const Outcome out = ask(arguments);
      ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
      EXPECT_LE(out.answer["deployments"].size(), static_cast<std::size_t>(top));
      for (const json& one : out.answer["deployments"]) seen.push_back(one["id"]);
      if (!out.answer.contains("continuation_token")) break;
      arguments["continuation_token"] = out.answer["continuation_token"];
    }
    ASSERT_EQ(seen.size(), static_cast<std::size_t>(kRecords)) << top;
    for (int i = 0; i < kRecords; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], kRecords - i);
  }
}

TEST_F(EnvironmentDeployments, TellsEachEnvironmentsLastDeployment) {
  serve_records(5);
  host_.on("GET", "pipelines/environments/1/environmentdeploymentrecords",
           Answer::json({{"value", json::array()}}));
  const json answer = ask(json::object()).answer;
  ASSERT_EQ(answer["environments"].size(), 2U);
  EXPECT_FALSE(answer["environments"][0].contains("last_deployment"));
  EXPECT_EQ(answer["environments"][1]["last_deployment"]["id"], 5);
  EXPECT_FALSE(answer.contains("deployments"));
  EXPECT_EQ(host_.requests.size(), 3U);
  EXPECT_EQ(host_.rounds, 2);
}

TEST_F(EnvironmentDeployments, ManyEnvironmentsComeByPages) {
  serve_records(5);
  json many = json::array();
  for (int id = 1; id <= 47; ++id) many.push_back(environment(id, std::string(160, 'e')));
  serve_environments(many);
  std::set<int> seen;
  json arguments = {{"top", 50}};
  for (int calls = 0; calls < 10; ++calls) {
    const json answer = ask(arguments).answer;
    EXPECT_LE(host_.requests.size(), 21U);
    for (const json& one : answer["environments"])
      EXPECT_TRUE(seen.insert(one["id"].get<int>()).second);
    if (!answer.contains("continuation_token")) break;
    arguments["continuation_token"] = answer["continuation_token"];
  }
  EXPECT_EQ(seen.size(), 47U);
}

TEST_F(EnvironmentDeployments, WhatCantBeReadIsANote) {
  serve_records(5);
  host_.on("GET", "pipelines/environments/1/environmentdeploymentrecords",
           Answer::failed(ADOMCP_THROTTLED, 429, "Wait a little."));
  const json answer = ask(json::object()).answer;
  EXPECT_EQ(answer["environments"].size(), 2U);
  EXPECT_THAT(answer["notes"][0].get<std::string>(),
              HasSubstr("1 environments could not be read. Wait"));
}

TEST_F(EnvironmentDeployments, FailsWithTheHostsWords) {
  struct Case {
    const char* path;
    json arguments;
  };
  for (const Case& one :
       {Case{"pipelines/environments", json::object()},
        Case{"pipelines/environments/3", {{"environment", "3"}}},
        Case{"pipelines/environments", {{"environment", "prod"}}},
        Case{"pipelines/environments/3/environmentdeploymentrecords", {{"environment", "3"}}}}) {
    Host host(plugin_file("environments"));
    host.on("GET", "pipelines/environments/3", Answer::json(environment(3, "ledger-prod")));
    host.on("GET", one.path, Answer::failed(ADOMCP_THROTTLED, 429, "Wait a little."));
    const Outcome out = host.call(kTool, one.arguments);
    EXPECT_EQ(out.status, ADOMCP_THROTTLED) << one.path;
    EXPECT_EQ(out.text, "Wait a little.");
  }
}

TEST_F(EnvironmentDeployments, RefusesATokenThatIsNotItsOwn) {
  for (const char* bad : {"x", "a", "ax", "p", "p.a3", "12", "a0", "a-1", " "}) {
    const Outcome out = ask({{"continuation_token", bad}});
    EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT) << bad;
    EXPECT_TRUE(host_.requests.empty());
  }
}

TEST_F(EnvironmentDeployments, OddRecordsAreTakenAsTheyAre) {
  for (const json& odd : {json{{"id", 1}}, json{{"id", "x"}, {"owner", 7}, {"definition", nullptr}},
                          json{{"id", 2}, {"startTime", "0001-01-01T00:00:00"}}, json(nullptr)}) {
    host_.on("GET", "pipelines/environments/3/environmentdeploymentrecords",
             Answer::json({{"value", json::array({odd})}}));
    EXPECT_EQ(ask({{"environment", "3"}}).answer["deployments"].size(), 1U) << odd;
  }
}

TEST_F(EnvironmentDeployments, AListThatBeginsAnewSaysSo) {
  serve_records(5);
  for (const json& arguments : {json{{"environment", "3"}}, json::object()}) {
    for (const auto& [token, anew] : std::vector<std::pair<const char*, bool>>{
             {"a999999", true}, {"p6.a77", true}, {"a3", false}, {"p6", false}}) {
      json asked = arguments;
      asked["continuation_token"] = token;
      const json answer = ask(asked).answer;
      const std::string notes = answer.value("notes", json::array()).dump();
      EXPECT_EQ(notes.find("from its beginning") != std::string::npos, anew) << token << answer;
    }
  }
}

TEST_F(EnvironmentDeployments, AServerWithoutEnvironmentsIsSaid) {
  host_.on("GET", "pipelines/environments",
           Answer::failed(ADOMCP_NOT_FOUND, 404, "There is no such route."));
  host_.on("GET", "pipelines/environments/*",
           Answer::failed(ADOMCP_NOT_FOUND, 404, "There is no such route."));
  for (const json& arguments :
       {json::object(), json{{"environment", "3"}}, json{{"environment", "prod"}},
        json{{"continuation_token", "p6"}}}) {
    const Outcome out = ask(arguments);
    EXPECT_EQ(out.status, ADOMCP_NOT_FOUND) << arguments;
    EXPECT_THAT(out.text, HasSubstr("this server may not have them")) << arguments;
    EXPECT_THAT(out.text, HasSubstr("There is no such route.")) << arguments;
    EXPECT_THAT(out.text, Not(HasSubstr("The project has no environment"))) << arguments;
  }
}

TEST(Place, RoundTrip) {
  for (const Place& place : {Place{"12", 0}, Place{"", 5}, Place{"12", 5}, Place{"x.a", 7},
                             Place{"2026-11-21T07:00:00Z.b/==", 7}}) {
    const auto parsed = Place::parse(place.text());
    ASSERT_TRUE(parsed.has_value()) << place.text();
    EXPECT_EQ(parsed->page, place.page);
    EXPECT_EQ(parsed->after, place.after);
  }
  EXPECT_TRUE(Place::parse("")->page.empty());
}

TEST(Place, WhatIsNoLongerThereHidesNothing) {
  const json page = {{"value", {{{"id", 3}}, {{"id", 2}}, {{"id", 1}}}}};
  EXPECT_EQ(rest_of(page, {"", 3}).list.size(), 2U);
  EXPECT_EQ(rest_of(page, {"", 1}).list.size(), 0U);
  EXPECT_EQ(rest_of(page, {"", 9}).list.size(), 3U);
  EXPECT_EQ(rest_of(page, {}).list.size(), 3U);
  EXPECT_TRUE(rest_of(page, {"", 9}).anew);
  for (const std::int64_t there : {0, 1, 3}) EXPECT_FALSE(rest_of(page, {"", there}).anew);
}

}  // namespace
