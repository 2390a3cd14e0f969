// Messages that are too many: what is left out is counted, and what decides is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plugin_file.h"
#include "run_failure_logs/message_list.h"
#include "run_failure_logs/timeline_builder.h"
#include "schema.h"

namespace adomcp::failure_logs {
namespace {

using fake::Answer;
using fake::Host;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kTaken = "Received request to deprovision.";

Builder many(const char* type, int count) {
  Builder out;
  if (std::string(type) == "Task") out.job("j", "", "failed");
  out.add("x", std::string(type) == "Task" ? "j" : "", type, "x", "failed");
  for (int i = 0; i < count; ++i) out.error("thing " + std::to_string(i));
  return out;
}

TEST(CutMessages, OfARecordAreCounted) {
  struct Case {
    const char* type;
    std::size_t kept;
  };
  for (const Case& one :
       {Case{"Task", 10}, Case{"Job", 50}, Case{"Phase", 50}, Case{"Stage", 50}, Case{"Odd", 50}}) {
    for (const int over : {0, 1, 7, 1000}) {
      const Analysis found = many(one.type, static_cast<int>(one.kept) + over).analyze();
      ASSERT_THAT(found.roots, SizeIs(1)) << one.type;
      EXPECT_THAT(found.roots[0].messages, SizeIs(one.kept)) << one.type;
      EXPECT_EQ(found.roots[0].left_out, static_cast<std::size_t>(over)) << one.type;
    }
  }
}

TEST(CutMessages, AJobsOwnAreCountedWhereverTheyAreTold) {
  Builder timeline;
  timeline.job("j", "", "failed");
  for (int i = 0; i < 60; ++i) timeline.error("e" + std::to_string(i));
  for (int i = 0; i < 53; ++i) timeline.warning("w" + std::to_string(i));
  EXPECT_EQ(timeline.analyze().roots.at(0).left_out, 13U);
  Builder beside = timeline;
  beside.task("T", "j", "failed");
  for (int i = 0; i < 12; ++i) beside.error("t" + std::to_string(i));
  EXPECT_EQ(beside.analyze().roots.at(0).left_out, 15U);
  EXPECT_EQ(timeline.task("T", "j", "canceled").analyze().roots.at(0).left_out, 13U);
}

TEST(CutMessages, WhatStoppedAJobIsKeptBeforeOthers) {
  for (const char* decisive :
       {kTaken, "We stopped hearing from agent A.",
        "The job running on agent A ran longer than the maximum time of 60 minutes."}) {
    for (const char* type : {"Job", "Phase", "Stage"}) {
      Builder errors = many(type, 70);
      EXPECT_THAT(errors.error(decisive).analyze().roots.at(0).messages, Contains(decisive));
      Builder warnings;
      warnings.add("x", "", type, "x", "failed");
      for (int i = 0; i < 70; ++i) warnings.warning("thing " + std::to_string(i));
      EXPECT_THAT(warnings.warning(decisive).analyze().roots.at(0).messages, Contains(decisive));
    }
  }
}

TEST(CutMessages, AListSaysHowManyMoreThereAre) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(message_list({"a", "b"}, 1000), Texts({"a", "b"}));
  EXPECT_EQ(message_list({"a", "b"}, 1000, 5), Texts({"a", "b", "… and 5 more."}));
  const std::string text(90, 'x');
  EXPECT_EQ(message_list({text, text, text}, 200, 5), Texts({text, "… and 7 more."}));
  EXPECT_EQ(message_list({text}, 100, 1), Texts({"… and 2 more."}));
  EXPECT_TRUE(is_cut(message_list({"a"}, 1000, 1)));
  EXPECT_FALSE(is_cut(message_list({"a"}, 1000)));
}

class CutAnswers : public testing::Test {
 protected:
  json ask(const json& records, int max_bytes) {
    host_.on("GET", "build/builds/7",
             Answer::json({{"id", 7}, {"status", "completed"}, {"result", "failed"}}));
    for (const char* path : {"build/builds", "build/changes", "testresults/resultsbybuild"}) {
      host_.on("GET", path, Answer::json({{"value", json::array()}}));
    }
    host_.on("GET", "build/builds/7/timeline", Answer::json({{"records", records}}));
    const auto out = host_.call({{"run_id", 7}, {"max_bytes", max_bytes}});
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool().output_schema, out.answer)) << out.raw;
    EXPECT_LE(out.raw.size(), static_cast<std::size_t>(max_bytes));
    return out.answer;
  }

  Host host_{plugin_file("run_failure_logs")};
};

TEST_F(CutAnswers, AreMarked) {
  for (const char* type : {"Task", "Job", "Phase", "Stage"}) {
    const json answer = ask(many(type, 77).records(), 16384);
    const json& failure = answer["failures"].at(0);
    const std::size_t kept = std::string(type) == "Task" ? 10 : 50;
    EXPECT_EQ(failure["messages"].back(), "… and " + std::to_string(77 - kept) + " more.");
    EXPECT_EQ(failure["truncated"], true) << type;
    EXPECT_EQ(answer["truncated"], true) << type;
    EXPECT_FALSE(ask(many(type, 10).records(), 16384)["failures"][0]["truncated"]) << type;
  }
}

TEST_F(CutAnswers, TellWhatStoppedTheJobFirst) {
  for (const int words : {12, 45, 200}) {
    Builder timeline;
    timeline.job("j", "", "failed");
    for (int i = 0; i < words; ++i) {
      timeline.error("Thing " + std::to_string(i) + std::string(300, '.'));
    }
    const json answer = ask(timeline.error(kTaken).records(), 4096);
    EXPECT_EQ(answer["failures"].at(0)["messages"].at(0), kTaken) << words;
    EXPECT_EQ(answer["failures"][0]["kind"], "infrastructure");
    EXPECT_EQ(answer["failures"][0]["truncated"], true);
    EXPECT_THAT(answer["cause"].dump(), HasSubstr(kTaken));
  }
}

}  // namespace
}  // namespace adomcp::failure_logs
