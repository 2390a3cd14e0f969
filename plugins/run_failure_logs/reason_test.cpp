// Which of many messages tells why, and what is no message at all.
#include "run_failure_logs/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "run_failure_logs/timeline.h"
#include "run_failure_logs/timeline_builder.h"

namespace adomcp::failure_logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTaken =
    "Received request to deprovision: The request was cancelled by the remote provider.";
constexpr const char* kLost = "We stopped hearing from agent A. Verify the machine is running.";
constexpr const char* kTooLong =
    "The job running on agent A ran longer than the maximum time of 60 minutes.";
constexpr const char* kStopped = "The operation was canceled.";
constexpr const char* kBrownout =
    "This is a scheduled windows-2019 brownout. The windows-2019 image is deprecated and will be "
    "removed.";

const std::vector<const char*> kUnrelated{
    "The macOS-13 image is deprecated and will be removed on December 4.",
    "Node 16 has reached end-of-life and is deprecated: upgrade the task.",
    "The task 'Old' is deprecated. Use 'New' instead.",
    "The ubuntu-20.04 environment will be retired in April.",
    "Node.js 10 is past its end of life.",
    "The VM image windows-2019 will no longer be supported from June on.",
    kStopped,
    "The job was cancelled."};

RootCause said(Kind kind, std::vector<std::string> messages, const char* task = "") {
  RootCause out;
  out.kind = kind;
  out.messages = std::move(messages);
  out.errors = out.messages.size();
  out.task = task;
  return out;
}

TEST(Reason, WhatStoppedAJobGoesBeforeWhatElseWasSaidOfIt) {
  for (const char* other : kUnrelated) {
    for (const char* stop : {kTaken, kLost, "The agent lost communication with the server."}) {
      EXPECT_EQ(telling_message(said(Kind::kInfrastructure, {other, stop}), false), stop) << other;
      EXPECT_EQ(telling_message(said(Kind::kInfrastructure, {stop, other}), false), stop) << other;
    }
    EXPECT_EQ(telling_message(said(Kind::kTimeout, {other, kTooLong}), false), kTooLong) << other;
    EXPECT_EQ(telling_message(said(Kind::kError, {other, "The flux is frobbed."}), false),
              "The flux is frobbed.")
        << other;
  }
}

TEST(Reason, AnAnnouncementIsOneOnlyWhereItIsWhatStoppedTheJob) {
  EXPECT_EQ(telling_message(said(Kind::kInfrastructure, {kBrownout}), false), kBrownout);
  EXPECT_EQ(telling_message(said(Kind::kInfrastructure, {kStopped, kBrownout}), false), kBrownout);
  EXPECT_EQ(telling_message(said(Kind::kInfrastructure, {kBrownout, kLost}), false), kLost);
  for (const char* other : kUnrelated) {
    EXPECT_THAT(telling_message(said(Kind::kError, {other}), false), IsEmpty()) << other;
  }
  EXPECT_EQ(telling_message(said(Kind::kCanceled, {kStopped}), false), kStopped);
}

TEST(Reason, ATasksOwnErrorsCountAsTheyStand) {
  for (const char* error :
       {"Program.cs(3,5): error CS0618: 'Old' is obsolete: 'Old is deprecated'",
        "error CS0618: 'Api.Get()' is deprecated", "npm ERR! request@2.88 is deprecated"}) {
    RootCause cause = said(Kind::kError, {error, kTaken}, "Compile");
    cause.errors = 1;
    EXPECT_EQ(telling_message(cause, true), error);
    cause.errors = 0;
    EXPECT_THAT(telling_message(cause, true), IsEmpty());
  }
}

TEST(Reason, OfTooManyMessagesWhatStoppedTheJobStandsFirst) {
  EXPECT_THAT(with_reason_first(said(Kind::kInfrastructure, {"a", "b", kTaken, "c"})),
              ElementsAre(kTaken, "a", "b", "c"));
  EXPECT_THAT(with_reason_first(said(Kind::kTimeout, {"a", kTooLong})), ElementsAre(kTooLong, "a"));
  EXPECT_THAT(with_reason_first(said(Kind::kError, {"a", kTaken})), ElementsAre("a", kTaken));
}

TEST(Reason, ACanceledJobThatIsOnlyToldOfARetirementIsCanceled) {
  for (const char* warning :
       {"The macOS-13 image is deprecated, brownouts begin in June.", kBrownout,
        "The ubuntu-20.04 image will be retired, and is no longer available after April.",
        "Node 16 end-of-life: the agent will no longer be supported."}) {
    for (const char* level : {"Job", "Phase", "Stage"}) {
      const Analysis found = Builder()
                                 .add("x", "", level, "x", "canceled")
                                 .warning(warning)
                                 .analyze({{"result", "canceled"}});
      ASSERT_THAT(found.roots, SizeIs(1)) << level;
      EXPECT_EQ(found.roots[0].kind, Kind::kCanceled) << level << ": " << warning;
    }
    const Analysis task = Builder()
                              .job("j", "", "canceled")
                              .warning(warning)
                              .task("T", "j", "canceled")
                              .error(kStopped)
                              .analyze({{"result", "canceled"}});
    ASSERT_THAT(task.roots, SizeIs(1));
    EXPECT_EQ(task.roots[0].kind, Kind::kCanceled) << warning;
  }
}

TEST(Reason, ABrownoutThatIsAnErrorStaysInfrastructure) {
  for (const char* result : {"failed", "canceled"}) {
    for (const char* level : {"Job", "Phase", "Stage"}) {
      const Analysis found = Builder().add("x", "", level, "x", result).error(kBrownout).analyze();
      ASSERT_THAT(found.roots, SizeIs(1)) << result;
      EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure) << level << result;
    }
  }
}

TEST(Reason, BlankAndInvisibleMessagesAreNoneAndHideNone) {
  for (const char* blank : {"", " ", "\r\n", "\t", "\xE2\x80\x8B", "\xE2\x80\x8B \xEF\xBB\xBF\n",
                            "\xC2\xA0", "\xE3\x85\xA4", "\xE2\xA0\x80"}) {
    const Analysis job =
        Builder().job("j", "", "failed").error(blank).error(kLost).warning(blank).analyze();
    ASSERT_THAT(job.roots, SizeIs(1));
    EXPECT_THAT(job.roots[0].messages, ElementsAre(kLost)) << '"' << blank << '"';
    const Analysis task = Builder()
                              .job("j", "", "failed")
                              .error("of the job")
                              .task("T", "j", "failed")
                              .error(blank)
                              .analyze();
    EXPECT_THAT(task.roots.at(0).messages, ElementsAre("of the job")) << '"' << blank << '"';
    EXPECT_EQ(telling_message(said(Kind::kError, {blank, "It broke."}), false), "It broke.");
  }
}

TEST(Reason, BlankMessagesTakeNoPlaceFromOthers) {
  Builder timeline;
  timeline.job("j", "", "failed").task("T", "j", "failed");
  for (int i = 0; i < 30; ++i) timeline.error(std::string(static_cast<std::size_t>(i), ' '));
  const Analysis found = timeline.error("It broke.").analyze();
  EXPECT_THAT(found.roots.at(0).messages, ElementsAre("It broke."));
  EXPECT_EQ(found.roots[0].left_out, 0U);
}

}  // namespace
}  // namespace adomcp::failure_logs
