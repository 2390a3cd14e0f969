// Timelines that the service really answered, where they lie beside the checkout: what is told of
// them has to make sense to someone who looks after such a pipeline.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "run_failure_logs/record_facts.h"
#include "run_failure_logs/timeline.h"

namespace adomcp::failure_logs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string unzipped(const fs::path& file) {
  std::string out;
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) return out;
  std::array<char, 16384> piece{};
  for (int got = 0; (got = gzread(in, piece.data(), piece.size())) > 0;) {
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
  gzclose(in);
  return out;
}

/// Every recorded answer that is a timeline, by its file's name.
std::vector<std::pair<std::string, json>> timelines() {
  std::vector<std::pair<std::string, json>> out;
  const fs::path root(ADOMCP_RECORDINGS);
  if (!fs::is_directory(root)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".gz") continue;
    json value = json::parse(unzipped(entry.path()), nullptr, false);
    if (value.is_object() && value.contains("records")) {
      out.emplace_back(entry.path().filename().string(), std::move(value));
    }
  }
  return out;
}

std::size_t count_of(const json& timeline, const char* type, const std::set<std::string>& results) {
  std::size_t count = 0;
  for (const json& record : timeline["records"]) {
    const bool hit = record["type"] == type && record["result"].is_string() &&
                     results.count(record["result"].get<std::string>()) > 0;
    count += hit ? 1 : 0;
  }
  return count;
}

class RecordedTimelines : public testing::Test {
 protected:
  void SetUp() override {
    all_ = timelines();
    if (all_.empty()) GTEST_SKIP() << ADOMCP_RECORDINGS << " is not here: no real timelines read";
  }
  std::vector<std::pair<std::string, json>> all_;
};

TEST_F(RecordedTimelines, EveryBrokenJobIsOneCauseAndNothingElseIs) {
  const std::set<std::string> broken{"failed", "canceled", "abandoned"};
  for (const auto& [name, timeline] : all_) {
    SCOPED_TRACE(name);
    const Analysis found = analyze(timeline, {{"result", "failed"}, {"status", "completed"}});
    EXPECT_EQ(found.roots.size(), count_of(timeline, "Job", broken));
    EXPECT_TRUE(found.waiting.empty());
    for (const RootCause& root : found.roots) {
      EXPECT_FALSE(root.job.empty());
      EXPECT_FALSE(root.messages.empty());
    }
  }
}

TEST_F(RecordedTimelines, WhatTheServiceSaysOfAJobIsShownAndMakesItInfrastructure) {
  for (const auto& [name, timeline] : all_) {
    SCOPED_TRACE(name);
    const Analysis found = analyze(timeline, {{"result", "failed"}, {"status", "completed"}});
    for (const json& record : timeline["records"]) {
      if (record["type"] != "Job" || !record.contains("issues")) continue;
      for (const json& issue : record["issues"]) {
        const auto told =
            std::find_if(found.roots.begin(), found.roots.end(), [&](const RootCause& root) {
              return std::find(root.messages.begin(), root.messages.end(), issue["message"]) !=
                     root.messages.end();
            });
        ASSERT_NE(told, found.roots.end()) << issue["message"];
        EXPECT_EQ(told->kind, Kind::kInfrastructure);
        EXPECT_FALSE(told->task.empty());
      }
    }
  }
}

TEST_F(RecordedTimelines, TasksThatNeverRanAreOneLineAJobAndNeverACause) {
  for (const auto& [name, timeline] : all_) {
    SCOPED_TRACE(name);
    const Analysis found = analyze(timeline, {{"result", "failed"}, {"status", "completed"}});
    std::set<std::string> jobs;  // with tasks that were given up
    for (const json& record : timeline["records"]) {
      if (record["type"] != "Task" || record["result"] != "abandoned") continue;
      jobs.insert(record["parentId"].get<std::string>());
    }
    EXPECT_EQ(found.downstream.size(), jobs.size());
    for (const Downstream& entry : found.downstream) {
      EXPECT_TRUE(entry.task.empty());
      EXPECT_NE(entry.reason.find("never ran"), std::string::npos);
    }
    const RecordTree tree(timeline);
    for (const RootCause& root : found.roots) {
      for (const Record* task : tree.all("Task")) {
        const bool same = task->name == root.task && level_name(task->parent) == root.job;
        EXPECT_FALSE(same && never_ran(*task)) << root.task;
      }
    }
  }
}

TEST_F(RecordedTimelines, ASecondAttemptThatSucceededHasNoFailures) {
  for (const auto& [name, timeline] : all_) {
    if (count_of(timeline, "Stage", {"succeeded"}) == 0) continue;
    const Analysis found = analyze(timeline, {{"result", "succeeded"}, {"status", "completed"}});
    EXPECT_TRUE(found.roots.empty()) << name;
    EXPECT_TRUE(found.downstream.empty()) << name;
  }
}

}  // namespace
}  // namespace adomcp::failure_logs
