#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <adomcp/azure.hpp>
#include <string>
#include <vector>

#include "run_failure_logs/message_list.h"
#include "run_failure_logs/validation.h"
#include "shared/gone.h"
#include "shared/good_run.h"

namespace adomcp::failure_logs {
namespace {

using namespace shared;  // NOLINT(google-build-using-namespace): it tests all of them
using nlohmann::json;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Gone, ADeletionIsOneSentence) {
  const auto sentence = [](const char* text) { return deletion_sentence(json::parse(text)); };
  EXPECT_THAT(
      sentence(R"({"deleted": true, "deletedDate": "2026-11-20T08:00:00Z",
                   "deletedBy": {"displayName": "Robin"}, "deletedReason": "by hand"})"),
      StartsWith(R"(The run was deleted on 2026-11-20 by "Robin" ("by hand"): its details )"));
  EXPECT_THAT(sentence(R"({"deleted": true})"), StartsWith("The run was deleted: its details "));
  EXPECT_THAT(sentence(R"({"deleted": true, "deletedBy": {"displayName": "Robin"}})"),
              StartsWith(R"(The run was deleted by "Robin": )"));
  EXPECT_EQ(sentence(R"({"deleted": false})"), "");
}

TEST(Gone, LogsAreNamedTogether) {
  const json done = {{"status", "completed"}};
  EXPECT_EQ(gone_logs_sentence({12}, done),
            "Log 12 is no longer kept: Azure DevOps deletes logs when the retention of their run "
            "has ended.");
  EXPECT_THAT(gone_logs_sentence({3, 12}, done), StartsWith("Logs 3 and 12 are no longer kept: "));
  EXPECT_THAT(gone_logs_sentence({3, 4, 12}, done), StartsWith("Logs 3, 4 and 12 are "));
  for (const char* key : {"keepForever", "retainedByRelease"}) {
    json kept = done;
    kept[key] = true;
    EXPECT_EQ(gone_logs_sentence({3}, kept),
              "Log 3 is no longer kept, though the run itself is retained.");
  }
  EXPECT_EQ(gone_logs_sentence({3}, {{"status", "inProgress"}}),
            "Log 3 is not there yet: the run is not finished.");
}

TEST(Gone, OnlyTheAnswersForWhatIsNotThere) {
  const auto answered = [](adomcp_status status) {
    AdoResponse response;  // a failed one has no http_status
    response.status = status;
    return is_gone(response);
  };
  EXPECT_TRUE(answered(ADOMCP_NOT_FOUND));
  EXPECT_FALSE(answered(ADOMCP_OK));
  EXPECT_FALSE(answered(ADOMCP_DENIED));
  EXPECT_FALSE(answered(ADOMCP_UNAVAILABLE));
}

std::vector<std::string> places(const json& build) {
  std::vector<std::string> out;
  for (const GoodRunPlace& place : good_run_places(build)) {
    out.push_back(std::string(place.found_on) + " " + place.branch);
  }
  return out;
}

TEST(GoodRun, IsLookedForOnItsBranchThenTheTargetThenTheDefault) {
  using testing::ElementsAre;
  json build = {{"sourceBranch", "refs/pull/123/merge"},
                {"reason", "pullRequest"},
                {"parameters", R"({"system.pullRequest.targetBranch":"release/1"})"}};
  EXPECT_THAT(places(build),
              ElementsAre("same_branch refs/pull/123/merge", "target_branch refs/heads/release/1"));
  build["repository"]["defaultBranch"] = "refs/heads/main";
  EXPECT_THAT(places(build),
              ElementsAre("same_branch refs/pull/123/merge", "target_branch refs/heads/release/1",
                          "default_branch refs/heads/main"));
  build["repository"]["defaultBranch"] = "release/1";  // the target again
  EXPECT_EQ(places(build).size(), 2U);
  build["sourceBranch"] = "refs/heads/main";  // and no pull request: its parameters don't count
  build["reason"] = "manual";
  build["repository"]["defaultBranch"] = "main";
  EXPECT_THAT(places(build), ElementsAre("same_branch refs/heads/main"));
  EXPECT_THAT(places({{"sourceBranch", "$/Payments/Main"}}),
              ElementsAre("same_branch $/Payments/Main"));
  EXPECT_THAT(places(json::object()), ElementsAre("same_branch "));
}

TEST(GoodRun, IsAnEarlierOne) {
  const json answer = json::parse(R"({"value": [{"id": 12}, {"id": 9}, {"id": 8}]})");
  EXPECT_EQ(earlier_run(answer, 10)["id"], 9);
  EXPECT_TRUE(earlier_run(answer, 8).is_null());
  EXPECT_TRUE(earlier_run(nullptr, 8).is_null());
}

json results(int errors) {
  json list = json::array({{{"result", "warning"}, {"message", "old image"}}});
  for (int i = 0; i < errors; ++i) {
    list.push_back({{"result", "error"}, {"message", "line " + std::to_string(i)}});
  }
  return {{"validationResults", list}};
}

TEST(Validation, TellsEveryErrorOrHowManyWereLeftOut) {
  EXPECT_THAT(validation_errors(json::object()), IsEmpty());
  EXPECT_THAT(validation_errors(results(0)), IsEmpty());
  EXPECT_EQ(validation_errors(results(20)).size(), 20U);
  EXPECT_EQ(validation_errors(results(20)).back(), "line 19");
  EXPECT_EQ(validation_errors(results(24)).size(), 21U);
  EXPECT_EQ(validation_errors(results(24)).back(), "… and 4 more errors.");
  const json odd = json::parse(R"({"validationResults": [{"result": 2, "message": "by number"},
    {"result": "Error"}, {"result": "ok", "message": "x"}, {"result": "error", "message": "by number"}, 7]})");
  EXPECT_THAT(validation_errors(odd),
              testing::ElementsAre("by number", "A validation error without a message."));
}

TEST(MessageList, SaysWhatDidNotFit) {
  using Texts = std::vector<std::string>;
  const Texts messages(5, std::string(100, 'm'));
  const Texts all = message_list(messages, 600);
  EXPECT_EQ(all.size(), 5U);
  EXPECT_FALSE(is_cut(all));
  const Texts some = message_list(messages, 300);
  EXPECT_EQ(some, Texts({messages[0], messages[0], "… and 3 more."}));
  EXPECT_TRUE(is_cut(some));
  EXPECT_LE(json(some).dump().size(), 300U);
  EXPECT_EQ(message_list({}, 10), Texts());
  EXPECT_EQ(message_list({std::string(100, 'm'), "… and 4 more errors."}, 100),
            Texts({"… and more."}));
}

}  // namespace
}  // namespace adomcp::failure_logs
