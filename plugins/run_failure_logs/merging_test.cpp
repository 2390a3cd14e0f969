// Which logs are read of many, and which causes are one.
#include "run_failure_logs/merging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

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

TEST(MergeEqual, TheAgentsNameIsNotPartOfTheCause) {
  const auto same = [](const RootCause&) { return std::string(); };
  struct Pair {
    const char* a;
    const char* b;
    std::size_t groups;
  };
  for (const Pair& one :
       {Pair{"We stopped hearing from agent build-a. Verify the agent machine is running.",
             "We stopped hearing from agent build-b. Verify the agent machine is running.", 1},
        Pair{"We stopped hearing from agent build-a", "We stopped hearing from agent build-b", 1},
        Pair{"The agent: blue lost communication with the server.",
             "The agent: red lost communication with the server.", 1},
        Pair{"The agent build-a did not connect within the alloted time.",
             "The agent build c did not connect within the alloted time.", 1},
        Pair{"No agent found in pool A", "No agent found in pool B", 2},
        Pair{"The agent x lost contact", "The agent x was shut down", 2}}) {
    std::vector<RootCause> roots{cause("a", "T", one.a, 0), cause("b", "U", one.b, 0)};
    for (RootCause& root : roots) root.kind = Kind::kInfrastructure;
    EXPECT_THAT(merge_equal(roots, same, 0), SizeIs(one.groups)) << one.a;
  }
}

std::size_t groups_of(const std::string& a, const std::string& b) {
  std::vector<RootCause> roots{cause("a", "T", a, 0), cause("b", "U", b, 0)};
  for (RootCause& root : roots) root.kind = Kind::kInfrastructure;
  return merge_equal(
             roots, [](const RootCause&) { return std::string(); }, 0)
      .size();
}

TEST(MergeEqual, ANumberThatSaysWhatWentWrongTellsCausesApart) {
  struct Pair {
    const char* text;
    const char* a;
    const char* b;
  };
  for (const Pair& one :
       {Pair{"The agent worker exited with code @, which means trouble.", "137", "139"},
        Pair{"Agent worker exited with code @", "1", "2"},
        Pair{"The agent exited with code '@'.", "134", "139"},
        Pair{"The agent listener ended with exit code: @", "3", "4"},
        Pair{"The agent reported error @: out of order", "5", "53"},
        Pair{"Provisioning failed with status @.", "401", "429"},
        Pair{"Agent returned HTTP @ while it connected", "500", "502"},
        Pair{"The remote provider answered HTTP/1.1 @", "500", "503"},
        Pair{"The agent service said @: no.", "TF400898", "TF400813"},
        Pair{"The agent lost contact (@).", "0x80070005", "0x8007000E"},
        Pair{"Provisioning failed: @", "0x80070005", "0x80070057"},
        Pair{"Pool failed: VS@ The pool is gone.", "800075", "402428"},
        Pair{"The @ image has been removed.", "windows-2016", "windows-2019"},
        Pair{"An image label with the label @ does not exist.", "ubuntu-16.04", "ubuntu-18.04"},
        Pair{"The runner @ image is not available", "windows-2016", "windows-2019"},
        Pair{"No agent found in pool @", "1", "2"},
        Pair{"The agent did not connect within @ minutes.", "45", "30"},
        Pair{"The pool's quota of @ machines is used up.", "10", "20"},
        Pair{"The agent needs Node @ to run.", "16", "20"}}) {
    const std::string text = one.text;
    const std::size_t at = text.find('@');
    std::string first = text;
    std::string second = text;
    first.replace(at, 1, one.a);
    second.replace(at, 1, one.b);
    EXPECT_EQ(groups_of(first, second), 2U) << first;
    EXPECT_EQ(groups_of(first, first), 1U) << first;
  }
}

TEST(MergeEqual, WhichMachineItWasAndWhenDoesNot) {
  struct Pair {
    const char* a;
    const char* b;
  };
  for (const Pair& one :
       {Pair{"We stopped hearing from agent Azure Pipelines 5.",
             "We stopped hearing from agent Azure Pipelines 12."},
        Pair{"Agent lost: build-7.", "Agent lost: build-12."},
        Pair{"Agent build-7 exited with code 1.", "Agent build-8 exited with code 1."},
        Pair{"The machine build-7 was rebooted.", "The machine build-8 was rebooted."},
        Pair{"Operating system is shutting down for computer 'BUILD-7'",
             "Operating system is shutting down for computer 'BUILD-8'"},
        Pair{"Lost communication with build-7.", "Lost communication with build-8."},
        Pair{"The runner 3 was evicted", "The runner 4 was evicted"},
        Pair{"Job request 4711 was lost: the lock expired",
             "Job request 4712 was lost: the lock expired"},
        Pair{"TF400898: An Internal Error Occurred. Activity Id: "
             "8f3c2b1a-0000-4000-8000-0123456789ab.",
             "TF400898: An Internal Error Occurred. Activity Id: "
             "9f3c2b1a-0000-4000-8000-0123456789ac."},
        Pair{"The lock expired at 2026-11-23T12:00:01.25Z",
             "The lock expired at 2026-11-24T01:02:03Z"},
        Pair{"Free disk space on / is lower than 5%; Currently used: 97.3%",
             "Free disk space on / is lower than 5%; Currently used: 96.12%"}}) {
    EXPECT_EQ(groups_of(one.a, one.b), 1U) << one.a;
  }
}

TEST(MergeEqual, ALostMachineIsOneCauseWhateverItsLogsSay) {
  const auto by_log = [](const RootCause& root) { return "says " + std::to_string(root.log_id); };
  for (const auto& [kind, message, groups] :
       {std::tuple(Kind::kInfrastructure, "Received request to deprovision", 1U),
        std::tuple(Kind::kTimeout, "The job ran longer than the maximum time of 60 minutes", 1U),
        std::tuple(Kind::kTimeout, "The task has timed out.", 5U),
        std::tuple(Kind::kError, "exit code 1", 5U)}) {
    std::vector<RootCause> roots;
    for (int i = 1; i <= 5; ++i) {
      const std::string n = std::to_string(i);
      roots.push_back(cause("j" + n, "T" + n, message, i));
      roots.back().kind = kind;
    }
    EXPECT_THAT(merge_equal(roots, by_log, 0), SizeIs(groups)) << message;
  }
}

TEST(MergeEqual, AnUnreadLogJoinsThoseThatAgreeAndNoOthers) {
  const auto two_read = [](const RootCause& root) {
    return root.log_id <= 2 ? std::string("same") : std::string();
  };
  EXPECT_THAT(merge_equal(matrix(4), two_read, 0), ElementsAre(ElementsAre(0, 1, 2, 3)));
  const auto differ = [](const RootCause& root) {
    return root.log_id <= 2 ? std::to_string(root.log_id) : std::string();
  };
  EXPECT_THAT(merge_equal(matrix(4), differ, 0),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2, 3)));
}

TEST(MergeEqual, OfManyGroupsEachMessageComesBeforeASecondOneOfAny) {
  std::vector<RootCause> roots = matrix(20);
  roots.push_back(cause("lint", "Lint", "m", 90));
  const auto by_log = [](const RootCause& root) { return std::to_string(root.log_id); };
  const std::vector<Group> groups = merge_equal(roots, by_log, 0);
  ASSERT_THAT(groups, SizeIs(21));
  EXPECT_THAT(groups[1], ElementsAre(20));
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
