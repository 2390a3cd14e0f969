#include <gtest/gtest.h>

#include "deployments/paging.h"
#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::deployments::PageToken;
using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;

json deployment(int id, const std::string& environment) {
  return {{"id", id},
          {"release",
           {{"id", 55},
            {"name", "Release-2"},
            {"_links", {{"web", {{"href", "https://dev.azure.com/r"}}}}}}},
          {"releaseDefinition", {{"id", 38}, {"name", "web"}}},
          {"releaseEnvironment", {{"id", 118}, {"name", environment}}},
          {"attempt", 1},
          {"reason", "manual"},
          {"deploymentStatus", "notDeployed"},
          {"operationStatus", "PhaseFailed"},
          {"requestedFor", {{"displayName", "Chuck"}}},
          {"queuedOn", "0001-01-01T00:00:00"},
          {"startedOn", "2026-08-29T16:51:32.09Z"},
          {"completedOn", "2026-08-29T16:51:40.133Z"},
          {"preDeployApprovals",
           {{{"id", 221}, {"status", "approved"}, {"approver", {{"displayName", "Ann"}}}},
            {{"id", 222},
             {"status", "Pending"},
             {"approvalType", "preDeploy"},
             {"approver", {{"displayName", "Bob"}}},
             {"createdOn", "2026-08-29T16:51:32Z"}}}},
          {"postDeployApprovals", json::array()}};
}

class ListDeployments : public testing::Test {
 protected:
  /// Serves deployments by falling id, `$top` at a time; the token is the next id.
  void serve(std::vector<json> all) {
    host_.on("GET", "release/deployments", [all](const Request& request) {
      const auto number = [&](const std::string& key, int otherwise) {
        const auto at = ("&" + request.query).find("&" + key + "=");
        return at == std::string::npos ? otherwise
                                       : std::stoi(request.query.substr(at + key.size() + 1));
      };
      const int from = number("continuationToken", 1 << 30);
      const auto top = static_cast<std::size_t>(number("$top", 50));
      json page = json::array();
      std::string token;
      for (const json& one : all) {
        if (one["id"] > from) continue;
        if (page.size() == top) {
          token = std::to_string(one["id"].get<int>());
          break;
        }
        page.push_back(one);
      }
      return Answer::json({{"count", page.size()}, {"value", page}}, token);
    });
  }

  Host host_{plugin_file("deployments")};
};

TEST_F(ListDeployments, TrimsADeployment) {
  serve({deployment(79, "PROD")});
  const Outcome out = host_.call({{"definition_id", 38}, {"status", "notDeployed"}});
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  EXPECT_EQ(out.answer, json::parse(R"({"deployments": [{"id": 79,
    "release": {"id": 55, "name": "Release-2"}, "definition": {"id": 38, "name": "web"},
    "environment": "PROD", "status": "notDeployed", "operation_status": "phaseFailed",
    "attempt": 1, "reason": "manual", "requested_for": "Chuck",
    "started": "2026-08-29T16:51:32.09Z", "completed": "2026-08-29T16:51:40.133Z",
    "duration_seconds": 8, "url": "https://dev.azure.com/r",
    "approvals_pending": [{"id": 222, "type": "preDeploy", "approver": "Bob", "since": "2026-08-29T16:51:32Z"}]}]})"));
  const Request& sent = host_.requests.at(0);
  EXPECT_EQ(sent.service, "vsrm");
  for (const char* part : {"$top=20", "definitionId=38", "deploymentStatus=notDeployed",
                           "latestAttemptsOnly=true", "queryOrder=descending"}) {
    EXPECT_TRUE(sent.asks(part)) << part;
  }
  EXPECT_EQ(out.notes.at("result_count"), "1");
}

TEST_F(ListDeployments, PagesWithoutAFilter) {
  std::vector<json> all;
  for (int id = 50; id > 0; --id) all.push_back(deployment(id, "QA"));
  serve(all);
  std::vector<int> seen;
  json arguments = {{"top", 15}};
  for (int pages = 0; pages < 10; ++pages) {
    const Outcome out = host_.call(arguments);
    EXPECT_EQ(host_.requests.size(), 1U);
    for (const json& one : out.answer["deployments"]) seen.push_back(one["id"]);
    if (!out.answer.contains("continuation_token")) break;
    arguments["continuation_token"] = out.answer["continuation_token"];
    EXPECT_TRUE(fits(host_.tool().input_schema, arguments));
  }
  ASSERT_EQ(seen.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], 50 - i);
}

TEST_F(ListDeployments, FilteringByEnvironmentLosesAndRepeatsNothing) {
  std::vector<json> all;
  for (int id = 1000; id > 0; --id) all.push_back(deployment(id, id % 7 == 0 ? "Prod" : "QA"));
  serve(all);
  std::vector<int> seen;
  json arguments = {{"environment", "pROD"}, {"top", 10}};
  bool more = true;
  for (int pages = 0; more && pages < 100; ++pages) {
    const Outcome out = host_.call(arguments);
    EXPECT_LE(host_.requests.size(), 5U);
    EXPECT_LE(out.answer["deployments"].size(), 10U);
    for (const json& one : out.answer["deployments"]) seen.push_back(one["id"]);
    more = out.answer.contains("continuation_token");
    if (more) arguments["continuation_token"] = out.answer["continuation_token"];
    EXPECT_TRUE(fits(host_.tool().input_schema, arguments));
  }
  EXPECT_FALSE(more);
  ASSERT_EQ(seen.size(), 142U);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i], 994 - 7 * static_cast<int>(i));
  }
}

TEST_F(ListDeployments, ARareEnvironmentGivesAnEmptyPageAndAToken) {
  std::vector<json> all;
  for (int id = 900; id > 0; --id) all.push_back(deployment(id, "QA"));
  serve(all);
  const Outcome out = host_.call({{"environment", "PROD"}});
  EXPECT_EQ(host_.requests.size(), 5U);
  EXPECT_TRUE(out.answer["deployments"].empty());
  EXPECT_EQ(out.answer["continuation_token"], "p400");
}

TEST_F(ListDeployments, RefusesATokenThatIsNotItsOwn) {
  for (const char* bad : {"x", "s", "sx", "p", "p1.", "p1.x2", "s0", "s-1", "12"}) {
    const Outcome out = host_.call({{"continuation_token", bad}});
    EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT) << bad;
    EXPECT_TRUE(host_.requests.empty());
  }
}

TEST_F(ListDeployments, SaysWhatTheHostSaid) {
  host_.on("GET", "release/deployments", Answer::failed(ADOMCP_DENIED, 403, "No right to read."));
  const Outcome out = host_.call(json::object());
  EXPECT_EQ(out.status, ADOMCP_DENIED);
  EXPECT_EQ(out.text, "No right to read.");
}

TEST(PageToken, RoundTrip) {
  for (const PageToken& token : {PageToken{"12", 0}, PageToken{"", 5}, PageToken{"12", 5}}) {
    const auto parsed = PageToken::parse(token.text());
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->page, token.page);
    EXPECT_EQ(parsed->seen, token.seen);
  }
}

}  // namespace
