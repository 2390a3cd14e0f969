// Answers that Azure DevOps really gave, where they lie beside the checkout.
#include <gtest/gtest.h>

#include <adomcp/runs.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "run_failure_logs/timeline.h"
#include "run_failure_logs/validation.h"
#include "shared/good_run.h"

namespace adomcp {
namespace {

using nlohmann::json;

struct Close {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

/// The JSON in a gzip file; null when it can't be read.
json recorded(const std::string& name) {
  const std::string command = "gzip -dc '" ADOMCP_RECORDINGS "/" + name + "'";
  const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"));
  if (pipe == nullptr) return nullptr;
  std::string text;
  std::array<char, 1U << 16U> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    text.append(buffer.data(), size);
  }
  return json::parse(text, nullptr, false);
}

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(ADOMCP_RECORDINGS)) {
      GTEST_SKIP() << "no recorded answers in " << ADOMCP_RECORDINGS;
    }
  }
};

TEST_F(Recordings, PullRequestsOfGitHubAreTold) {
  const json answer = recorded("runfo/build-list2.json.gz");
  int requests = 0;
  for (const json& build : sdk::list_of(answer)) {
    const json told = json_of(sdk::pull_request_of(build));
    const bool made_for_one = sdk::raw_text_of(build, "reason") == "pullRequest";
    ASSERT_EQ(told.is_object(), made_for_one) << build["id"];
    if (!made_for_one) continue;
    ++requests;
    const json& trigger = build["triggerInfo"];
    EXPECT_EQ(std::to_string(told["number"].get<int>()), trigger["pr.number"]);
    EXPECT_EQ(told["title"], trigger["pr.title"]);
    EXPECT_EQ(told["author"], trigger["pr.sender.name"]);
    EXPECT_EQ(told["source_branch"], trigger["pr.sourceBranch"]);
    EXPECT_EQ(told["fork"], true);
    const std::string repository = build["repository"]["id"];
    EXPECT_EQ(told["url"], "https://github.com/" + repository + "/pull/" +
                               trigger["pr.number"].get<std::string>());
    const auto places = shared::good_run_places(build);
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].branch, build["sourceBranch"]);
    EXPECT_EQ(places[1].found_on, "target_branch");
    EXPECT_EQ(places[1].branch, sdk::full_branch(told["target_branch"].get<std::string>()));
  }
  EXPECT_GT(requests, 0);
}

TEST_F(Recordings, OrdinaryBuildsAreNeitherDeletedNorPullRequests) {
  for (const char* name : {"vsteam/Get-VSTeamBuild.json.gz", "vsteam/Get-VSTeamBuild-Id.json.gz"}) {
    const json answer = recorded(name);
    const json builds = answer.contains("value") ? answer["value"] : json::array({answer});
    ASSERT_FALSE(builds.empty()) << name;
    for (const json& build : builds) {
      EXPECT_FALSE(sdk::pull_request_of(build));
      EXPECT_FALSE(sdk::deletion_of(build));
      EXPECT_TRUE(failure_logs::validation_errors(build).empty());
      const std::string branch = sdk::raw_text_of(build, "sourceBranch");
      EXPECT_EQ(sdk::branch_problem(branch), "") << branch;
      EXPECT_EQ(sdk::full_branch(branch), branch);
      EXPECT_EQ(sdk::full_branch(sdk::short_branch(branch)), branch);
      EXPECT_EQ(shared::good_run_places(build).at(0).branch, branch);
    }
  }
}

TEST_F(Recordings, ADeletedRunWithARecordedTimelineKeepsItsFailures) {
  json build = recorded("runfo/build-list2.json.gz")["value"][1];
  build["deleted"] = true;
  const json timeline = recorded("runfo/timeline1.json.gz");
  EXPECT_FALSE(failure_logs::analyze(timeline, build).roots.empty());
  EXPECT_TRUE(failure_logs::analyze(nullptr, build).roots.empty());
  EXPECT_EQ(json_of(sdk::deletion_of(build)), json::object());
}

}  // namespace
}  // namespace adomcp
