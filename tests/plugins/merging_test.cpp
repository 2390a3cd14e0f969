// Which logs are read of many, and which causes are one.
#include "run_failure_logs/merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace adomcp::failure_logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

RootCause cause(const std::string& job, const std::string& task, const std::string& message,
                std::int64_t log) {
  RootCause out;
  out.job = job;
  out.task = task;
  out.messages = {message};
  out.log_id = log;
  return out;
}

std::vector<RootCause> matrix(int count) {
  std::vector<RootCause> out;
  for (int i = 1; i <= count; ++i) out.push_back(cause("j" + std::to_string(i), "T", "1", i));
  return out;
}

TEST(ChooseLogs, ReadsOneOfEachCauseBeforeASecondOfAny) {
  std::vector<RootCause> roots = matrix(20);
  roots.push_back(cause("lint", "Lint", "1", 90));
  roots.push_back(cause("docs", "T", "2", 91));
  EXPECT_THAT(choose_logs(roots, 6, 0), ElementsAre(1, 90, 91, 2, 3, 4));
}

TEST(ChooseLogs, KeepsToTheBudgetAndToLogsThatThereAre) {
  EXPECT_THAT(choose_logs(matrix(200), 6, 0), SizeIs(6));
  EXPECT_THAT(choose_logs({}, 6, 0), IsEmpty());
  EXPECT_THAT(choose_logs({cause("a", "T", "m", 0), cause("b", "T", "m", 7)}, 6, 0),
              ElementsAre(7));
  EXPECT_THAT(choose_logs({cause("a", "T", "m", 7), cause("b", "T", "m", 7)}, 6, 0),
              ElementsAre(7));
}

TEST(ChooseLogs, ReadsTheWantedOneAlone) {
  EXPECT_THAT(choose_logs(matrix(20), 6, 17), ElementsAre(17));
  EXPECT_THAT(choose_logs(matrix(20), 6, 77), IsEmpty());
}

TEST(MergeEqual, WhatDiffersIsNotMerged) {
  const RootCause first = cause("a", "T", "m", 1);
  RootCause task = first;
  task.task = "U";
  RootCause message = first;
  message.messages.emplace_back("n");
  RootCause kind = first;
  kind.kind = Kind::kTimeout;
  RootCause attempt = first;
  attempt.attempt = 2;
  const auto same = [](const RootCause&) { return std::string(); };
  EXPECT_THAT(merge_equal({first, task, message, kind, attempt, first}, same, 0),
              ElementsAre(ElementsAre(0, 5), ElementsAre(1), ElementsAre(2), ElementsAre(3),
                          ElementsAre(4)));
  const auto by_log = [](const RootCause& root) { return std::to_string(root.log_id % 2); };
  EXPECT_THAT(merge_equal(matrix(5), by_log, 0),
              ElementsAre(ElementsAre(0, 2, 4), ElementsAre(1, 3)));
}

TEST(MergeEqual, TheWantedOneStandsAloneAndFirst) {
  const auto same = [](const RootCause&) { return std::string(); };
  EXPECT_THAT(merge_equal(matrix(4), same, 3), ElementsAre(ElementsAre(2), ElementsAre(0, 1, 3)));
}

TEST(MergeEqual, TheMachinesNumberIsNotPartOfTheCauseButATimeIs) {
  const auto same = [](const RootCause&) { return std::string(); };
  const auto groups = [&](Kind kind, const std::string& a, const std::string& b) {
    std::vector<RootCause> roots{cause("a", "T", a, 0), cause("b", "T", b, 0)};
    for (RootCause& root : roots) root.kind = kind;
    return merge_equal(roots, same, 0).size();
  };
  const std::string lost = "We stopped hearing from agent Azure Pipelines ";
  EXPECT_EQ(groups(Kind::kInfrastructure, lost + "5.", lost + "12."), 1U);
  EXPECT_EQ(groups(Kind::kTimeout, "agent 5 ran 60 minutes", "agent 6 ran 60 minutes"), 1U);
  EXPECT_EQ(groups(Kind::kTimeout, "agent 5 ran 60 minutes", "agent 6 ran 30 minutes"), 2U);
  EXPECT_EQ(groups(Kind::kError, "exit code 1", "exit code 2"), 2U);
}

TEST(MergeEqual, SilentJobsAreNotMergedForTheirSilence) {
  const auto same = [](const RootCause&) { return std::string(); };
  std::vector<RootCause> roots(3);
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i].job = "j" + std::to_string(i);
  EXPECT_THAT(merge_equal(roots, same, 0), SizeIs(3));
}

TEST(MergeEqual, ManyDownstreamEntriesOfOneReasonAreOne) {
  std::vector<Downstream> few(3, {"S", "j", "", "skipped"});
  EXPECT_THAT(merge_equal(few), SizeIs(3));
  std::vector<Downstream> many(200, {"S", "j", "", "skipped"});
  many.push_back({"Deploy", "", "", "skipped"});
  many.insert(many.begin(), {"S", "j", "T", "failed after"});
  EXPECT_THAT(merge_equal(many), SizeIs(3));
}

}  // namespace
}  // namespace adomcp::failure_logs
