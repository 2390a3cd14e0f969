// Timelines of very many records: all of them count, and the work grows with their number alone.
// A reader that looks at each record for each other one needs minutes for these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "run_failure_logs/merging.h"
#include "run_failure_logs/timeline.h"

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;
using testing::SizeIs;

constexpr int kMany = 20000;

json record(const std::string& id, const std::string& parent, const char* type,
            const char* result) {
  json out = {{"id", id}, {"type", type}, {"name", id}, {"identifier", id}, {"result", result}};
  if (!parent.empty()) out["parentId"] = parent;
  return out;
}

json with_error(json made, const std::string& message) {
  made["issues"].push_back({{"type", "error"}, {"message", message}});
  return made;
}

Analysis of(const json& records) {
  return analyze({{"records", records}}, {{"status", "completed"}, {"result", "failed"}});
}

std::string number(int i) {
  return std::to_string(i);
}

json thousand_jobs() {
  json records = {record("S", "", "Stage", "failed")};
  for (int j = 0; j < 1000; ++j) {
    const std::string job = "j" + number(j);
    records.push_back(record(job, "S", "Job", "failed"));
    records.push_back(record(job + "p", job, "Checkpoint", "succeeded"));
    for (int t = 0; t < 24; ++t) {
      json task = record(job + "t" + number(t), job, "Task", t < 23 ? "succeeded" : "failed");
      task["startTime"] = "2026-11-23T12:00:00Z";
      task["finishTime"] = "2026-11-23T12:01:00Z";
      records.push_back(t < 23 ? task : with_error(task, "Bash exited with code '1'."));
    }
  }
  return records;
}

TEST(HostileTimelines, AThousandFailingJobsAreCountedInFull) {
  const json records = thousand_jobs();
  ASSERT_THAT(records, SizeIs(26001));
  EXPECT_THAT(of(records).roots, SizeIs(1000));
}

/// Failed levels that say nothing of their own, each with a part below it that does.
json silent_levels() {
  json records = json::array();
  for (int i = 0; i < kMany / 2; ++i) {
    const std::string stage = "S" + number(i);
    records.push_back(record(stage, "", i % 2 == 0 ? "Stage" : "Phase", "failed"));
    records.push_back(
        with_error(record(stage + "x", stage, "Other", "succeeded"), "below " + stage));
  }
  return records;
}

TEST(HostileTimelines, EachOfManySilentLevelsTellsWhatIsBelowIt) {
  const Analysis found = of(silent_levels());
  ASSERT_THAT(found.roots, SizeIs(kMany / 2));
  for (const RootCause& root : found.roots) EXPECT_THAT(root.messages, SizeIs(1));
}

TEST(HostileTimelines, OfWhatIsBelowALevelTheRestIsCounted) {
  json records = {record("S", "", "Stage", "failed")};
  for (int i = 0; i < kMany; ++i) {
    records.push_back(with_error(record("x" + number(i), "S", "Other", "succeeded"), number(i)));
  }
  const Analysis found = of(records);
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].messages.size() + found.roots[0].left_out,
            static_cast<std::size_t>(kMany));
}

TEST(HostileTimelines, TheRefusedPartsOfACheckpointAreToldOrCounted) {
  for (const bool same : {false, true}) {
    json records = {record("S", "", "Stage", "failed"), record("c", "S", "Checkpoint", "failed")};
    for (int i = 0; i < kMany; ++i) {
      json part = record("p" + number(i), "c", "Checkpoint.Approval", "failed");
      if (same) part["name"] = "Production";
      records.push_back(with_error(part, "words of " + number(i)));
    }
    const Analysis found = of(records);
    ASSERT_THAT(found.roots, SizeIs(1));
    EXPECT_GE(found.roots[0].messages.size(), 200U);
    EXPECT_GE(found.roots[0].left_out, static_cast<std::size_t>(kMany) - 200U);
  }
}

TEST(HostileTimelines, ManyCheckpointsOfOneStageAskItOnce) {
  json records = {record("S", "", "Stage", "failed")};
  for (int i = 0; i < kMany; ++i) {
    records.push_back(record("c" + number(i), "S", "Checkpoint", "succeeded"));
  }
  records.push_back(record("p", "c7", "Checkpoint.Approval", "failed"));
  ASSERT_THAT(of(records).roots, SizeIs(1));
}

TEST(HostileTimelines, TasksOfOneJobAreReadInOneGo) {
  struct Case {
    const char* result;
    bool ran;
  };
  for (const Case& one :
       {Case{"failed", true}, Case{"abandoned", false}, Case{"canceled", false}}) {
    json records = {record("j", "", "Job", "failed")};
    for (int i = 0; i < kMany; ++i) {
      json task = record("t" + number(i), "j", "Task", one.result);
      if (one.ran) {
        task["startTime"] = "2026-11-23T12:00:00Z";
        task["finishTime"] = "2026-11-23T12:01:00Z";
        task = with_error(task, "words of " + number(i));
      }
      records.push_back(std::move(task));
    }
    EXPECT_THAT(of(records).roots, SizeIs(1)) << one.result;
  }
}

TEST(HostileTimelines, ManyLogsAreChosenInOneGo) {
  std::vector<RootCause> roots(kMany);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    roots[i].task = i % 2 == 0 ? "T" : "T" + std::to_string(i);
  }
  EXPECT_TRUE(choose_logs(roots, 6, 0).empty());
  for (RootCause& root : roots) root.log_id = 5;
  EXPECT_THAT(choose_logs(roots, 6, 0), SizeIs(1));
}

}  // namespace
}  // namespace adomcp::failure_logs
