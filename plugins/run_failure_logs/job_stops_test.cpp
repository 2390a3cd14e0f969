// Jobs that were stopped from outside: a machine taken away, an agent lost, time run out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "run_failure_logs/timeline.h"
#include "run_failure_logs/timeline_builder.h"

namespace adomcp::failure_logs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Wording {
  const char* type;
  const char* text;
  Kind kind = Kind::kInfrastructure;
};

// The service's and the agent's own wording, from their sources and from public issues.
const std::vector<Wording> kWordings{
    {"warning",
     "Received request to deprovision: The request was cancelled by the remote provider."},
    {"error", "Received request to deprovision: The request was cancelled by the remote provider."},
    {"error", "An error occurred while provisioning resources (Error Type: Disconnect)."},
    {"error", "An error occurred while provisioning resources (Error Type: Failure)."},
    {"error",
     "The hosted runner encountered an error while running your job. (Error Type: Disconnect)."},
    {"warning",
     "The hosted runner encountered an error while running your job. (Error Type: Failure)."},
    {"error",
     "We stopped hearing from agent Azure Pipelines 32. Verify the agent machine is running."},
    {"error",
     "The agent: Hosted macOS 5 lost communication with the server. Verify the machine is "
     "running."},
    {"error", "Agent build-7 lost contact with the service."},
    {"error",
     "The job has been abandoned because agent build-7 did not renew the lock. Ensure agent is "
     "running."},
    {"error", "The job's lock was not renewed in time."},
    {"error", "The agent did not connect within the alloted time of 45 minute(s)."},
    {"error", "The agent request was not heard from in 15 minutes."},
    {"error", "Agent build-7 disconnected while running the job."},
    {"error",
     "The agent has received a shutdown signal. This can happen when the agent service is "
     "stopped."},
    {"error", "The runner has received a shutdown signal."},
    {"error", "Operating system is shutting down for computer 'BUILD-7'"},
    {"error",
     "The agent worker exited with code 137, which means it ran out of memory. Make sure the agent "
     "host has sufficient memory configured."},
    {"error", "The remote provider was unable to process the request."},
    {"error",
     "No hosted parallelism has been purchased or granted. To request a free parallelism grant, "
     "fill the form."},
    {"error", "No agent found in pool Linux which satisfies the following demands: gpu."},
    {"error", "No agents were found in pool Linux. Configure an agent for the pool and try again."},
    {"error",
     "Could not find a pool with name Linux. The pool does not exist or has not been authorized "
     "for use."},
    {"error", "All eligible agents are disabled or offline."},
    {"error", "Your account has no free minutes remaining."},
    {"error", "No space left on device : '/home/vsts/agents/2.210.1/_diag/Worker_20260101.log'"},
    {"error", "System.IO.IOException: There is not enough space on the disk."},
    {"warning", "Free disk space on / is lower than 5%; Currently used: 97.3%"},
    {"warning", "Free memory is lower than 5%; Currently used: 98.1%"},
    {"error", "An image label with the label ubuntu-16.04 does not exist."},
    {"error", "The virtual machine was evicted."},
    {"error", "The lock could not be renewed by agent build-7."},
    {"error", "The job's lock expired."},
    {"error", "The lease of the job request expired."},
    {"error", "Connection to the agent was lost."},
    {"error", "Agent lost: build-7."},
    {"error", "The agent build-7 is unreachable."},
    {"error", "Agent build-7 became unresponsive"},
    {"error", "The agent is not responding."},
    {"error", "Unable to reach agent build-7."},
    {"error", "The agent was terminated unexpectedly."},
    {"error", "The machine was rebooted while the job ran."},
    {"error", "The virtual machine was deallocated."},
    {"error", "The instance was deleted."},
    {"error", "Could not allocate an agent for the job."},
    {"error", "Failed to allocate agent."},
    {"error", "The pool's quota was exceeded."},
    {"error", "The pool is paused for maintenance."},
    {"error", "The agent took too long to start."},
    {"error", "Agent.Listener exited with code 2."},
    {"error", "An internal error occurred while the job was being prepared."},
    {"error", "TF400898: An Internal Error Occurred. Activity Id: 1."},
    {"error", "The job running on agent build-7 ran longer than the maximum time of 60 minutes.",
     Kind::kTimeout},
    {"error", "The job has exceeded the maximum execution time of 360 minutes.", Kind::kTimeout},
};

/// The job's result, that of the task that ran, whether there is a phase, what is said of times of
/// tasks that never began.
using Shape = std::tuple<const char*, const char*, bool, bool>;

class StoppedJob : public testing::TestWithParam<Shape> {};

Builder stopped_job(const Shape& shape, const char* type, const char* text) {
  const auto& [job, task, phase, null_times] = shape;
  Builder timeline;
  timeline.stage("Build", "failed");
  if (phase) timeline.phase("P", "Build", "canceled");
  timeline.job("mac", phase ? "P" : "Build", job).issue(type, text);
  timeline.task("Initialize job", "mac", "succeeded").task("Checkout", "mac", "skipped").idle();
  timeline.task("Download", "mac", task).without_log();
  for (int i = 0; i < 11; ++i) {
    timeline.task("Later " + std::to_string(i), "mac", i == 4 ? "skipped" : "abandoned").idle();
    if (null_times) timeline.with("startTime", nullptr).with("finishTime", nullptr);
  }
  return timeline;
}

TEST_P(StoppedJob, IsToldByTheJobsOwnWordsAndTheTaskThatRan) {
  for (const Wording& wording : kWordings) {
    SCOPED_TRACE(wording.text);
    const Analysis found = stopped_job(GetParam(), wording.type, wording.text).analyze();
    ASSERT_THAT(found.roots, SizeIs(1));
    EXPECT_EQ(found.roots[0].kind, wording.kind);
    EXPECT_EQ(found.roots[0].task, "Download");
    EXPECT_EQ(found.roots[0].job, "mac");
    EXPECT_THAT(found.roots[0].messages, ElementsAre(wording.text));
    ASSERT_THAT(found.downstream, SizeIs(1));
    EXPECT_THAT(found.downstream[0].task, IsEmpty());
    EXPECT_EQ(found.downstream[0].reason,
              "11 later tasks of the job never ran: 'Later 0', 'Later 1', 'Later 2' and 8 more");
  }
}

TEST_P(StoppedJob, AMessageThatNobodyKnowsIsShownAndTheAgentsSilenceSaysTheKind) {
  for (const char* type : {"error", "warning"}) {
    const Analysis found =
        stopped_job(GetParam(), type, "The flux of the job is frobbed.").analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << type;
    EXPECT_THAT(found.roots[0].messages, ElementsAre("The flux of the job is frobbed."));
    EXPECT_EQ(found.roots[0].task, "Download");
    EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure) << type;
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, StoppedJob,
                         testing::Combine(testing::Values("failed", "canceled", "abandoned"),
                                          testing::Values("failed", "canceled"), testing::Bool(),
                                          testing::Bool()));

TEST(JobStops, AJobWithoutAnyTaskShowsItsMessage) {
  for (const Wording& wording : kWordings) {
    const Analysis found =
        Builder().job("mac", "", "failed").issue(wording.type, wording.text).analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << wording.text;
    EXPECT_EQ(found.roots[0].kind, wording.kind) << wording.text;
    EXPECT_THAT(found.roots[0].messages, ElementsAre(wording.text));
  }
}

TEST(JobStops, ErrorsAndWarningsOfAJobAreBothShown) {
  const Analysis found = Builder()
                             .job("mac", "", "canceled")
                             .warning("Received request to deprovision.")
                             .error("An error occurred while provisioning resources.")
                             .task("Build", "mac", "canceled")
                             .without_log()
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_THAT(found.roots[0].messages,
              ElementsAre("An error occurred while provisioning resources.",
                          "Received request to deprovision."));
}

TEST(JobStops, ATaskThatOnlySaysThatItWasKilledIsTheOneThatRan) {
  for (const char* said : {"Bash exited with code '137'.", "The operation was canceled.",
                           "Cmd.exe exited with code 'null'."}) {
    const Analysis found =
        Builder()
            .job("mac", "", "failed")
            .warning("Received request to deprovision: The request was cancelled by the provider.")
            .task("Build", "mac", "failed")
            .error(said)
            .task("Publish", "mac", "abandoned")
            .idle()
            .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << said;
    EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure) << said;
    EXPECT_EQ(found.roots[0].task, "Build");
    EXPECT_THAT(found.roots[0].messages, SizeIs(2));
    ASSERT_THAT(found.downstream, SizeIs(1));
    EXPECT_EQ(found.downstream[0].reason, "1 later task of the job never ran: 'Publish'");
  }
}

TEST(JobStops, AWarningBesideAnOrdinaryFailureChangesNothingButIsShown) {
  for (const char* warning : {"The macOS-12 environment is deprecated: brownouts begin in June.",
                              "Free disk space on / is lower than 5%; Currently used: 95.5%",
                              "Something that nobody knows."}) {
    const Analysis found = Builder()
                               .job("linux", "", "failed")
                               .warning(warning)
                               .task("Compile", "linux", "failed")
                               .error("Bash exited with code '2'.")
                               .task("Finalize Job", "linux", "succeeded")
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << warning;
    EXPECT_EQ(found.roots[0].kind, Kind::kError) << warning;
    EXPECT_THAT(found.roots[0].messages, ElementsAre("Bash exited with code '2'.", warning));
    EXPECT_THAT(found.downstream, IsEmpty());
  }
}

TEST(JobStops, AJobsWarningIsNoErrorBesideATaskThatFailedByItself) {
  for (const char* warning :
       {"Free disk space on C:\\ is lower than 5%; Currently used: 96.8%",
        "ubuntu-20.04 environment is deprecated, consider ubuntu-latest.",
        "Agent version 2.1 is old.", "Free memory is lower than 5%", "The agent is unreachable."}) {
    const Analysis found = Builder()
                               .job("win", "", "failed")
                               .warning(warning)
                               .task("Compile", "win", "failed")
                               .error("Cmd.exe exited with code '1'.")
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << warning;
    EXPECT_EQ(found.roots[0].kind, Kind::kError) << warning;
    EXPECT_THAT(found.roots[0].messages, ElementsAre("Cmd.exe exited with code '1'.", warning));
    EXPECT_EQ(found.roots[0].errors, 1U) << warning;
    const Analysis silent = Builder()
                                .job("win", "", "failed")
                                .warning(warning)
                                .task("Compile", "win", "failed")
                                .analyze();
    EXPECT_EQ(silent.roots.at(0).kind, Kind::kError) << warning;
    EXPECT_EQ(silent.roots.at(0).errors, 0U) << warning;
  }
}

TEST(JobStops, TheWordsOfAJobThatWasStoppedCountWithItsWarnings) {
  const Analysis found = Builder()
                             .job("mac", "", "failed")
                             .warning("Received request to deprovision.")
                             .task("Build", "mac", "canceled")
                             .without_log()
                             .analyze();
  EXPECT_EQ(found.roots.at(0).errors, 1U);
}

TEST(JobStops, ATaskThatNeverRanIsNotTheOneThatBroke) {
  for (const bool times : {true, false}) {
    for (const char* compile : {"succeeded", ""}) {
      Builder timeline;
      timeline.job("j", "", "failed").error("We stopped hearing from agent Azure Pipelines 5.");
      timeline.task("Init", "j", "succeeded").task("Compile", "j", compile);
      for (const char* name : {"Test", "Pub"}) {
        timeline.task(name, "j", "failed").idle();
        if (!times) timeline.with("startTime", nullptr).with("finishTime", nullptr);
      }
      const Analysis found = timeline.analyze();
      ASSERT_THAT(found.roots, SizeIs(1)) << times << compile;
      EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure);
      EXPECT_EQ(found.roots[0].task, std::string(compile).empty() ? "Compile" : "");
      ASSERT_THAT(found.downstream, SizeIs(1)) << times << compile;
      EXPECT_EQ(found.downstream[0].reason, "2 later tasks of the job never ran: 'Test' and 'Pub'");
    }
  }
}

TEST(JobStops, WhatBrokeIsFoundBehindATaskThatNeverRan) {
  const Analysis found = Builder()
                             .job("j", "", "failed")
                             .task("Never", "j", "failed")
                             .idle()
                             .task("Real", "j", "failed")
                             .error("boom")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Real");
  EXPECT_THAT(found.roots[0].messages, ElementsAre("boom"));
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_EQ(found.downstream[0].reason, "1 task of the job never ran: 'Never'");
}

TEST(JobStops, WhereNothingElseBrokeTheUnfinishedOrTheFirstFailedTaskIsNamed) {
  for (const char* first : {"succeeded", ""}) {
    const Analysis found = Builder()
                               .job("j", "", "failed")
                               .task("A", "j", first)
                               .task("B", "j", "failed")
                               .idle()
                               .task("C", "j", "failed")
                               .idle()
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << first;
    EXPECT_EQ(found.roots[0].task, std::string(first).empty() ? "A" : "B");
    EXPECT_EQ(found.roots[0].kind, Kind::kError);
  }
}

TEST(JobStops, AJobCanceledByHandIsCanceledWhateverItsTasksResult) {
  for (const char* said :
       {"The operation was canceled.", "The operation was cancelled.", "A task was canceled.",
        "The job was cancelled by Bob.", "The build has been canceled by Bob.",
        "Job 'linux' was canceled.", "The pipeline was cancelled."}) {
    for (const char* result : {"failed", "canceled", "abandoned"}) {
      for (const bool says_too : {true, false}) {
        Builder timeline;
        timeline.job("j", "", "canceled").error(said).task("T", "j", result);
        if (says_too) timeline.error(said);
        const Analysis found = timeline.analyze({{"result", "canceled"}});
        ASSERT_THAT(found.roots, SizeIs(1)) << said << result << says_too;
        EXPECT_EQ(found.roots[0].kind, Kind::kCanceled) << said << result << says_too;
      }
    }
  }
}

TEST(JobStops, WhatFailedBeforeAJobWasCanceledByHandIsAnError) {
  for (const char* said : {"boom", "The order was canceled.", "task canceled_test failed"}) {
    const Analysis found = Builder()
                               .job("j", "", "canceled")
                               .error("The job was canceled by Bob.")
                               .task("T", "j", "failed")
                               .error(said)
                               .analyze({{"result", "canceled"}});
    EXPECT_EQ(found.roots.at(0).kind, Kind::kError) << said;
  }
}

TEST(JobStops, AJobsWordsOfItsOwnWorkAreNotTheServices) {
  for (const char* said :
       {"the runner script tests/offline_cache failed: no agents of type X", "3 tests were lost",
        "offline mode is not supported", "The certificate was not renewed", "allocation failed"}) {
    const Analysis found = Builder().job("a", "", "failed").error(said).analyze();
    EXPECT_EQ(found.roots.at(0).kind, Kind::kError) << said;
  }
}

TEST(JobStops, TasksThatWereLeftOpenNeverRan) {
  for (const char* result : {"", "canceled"}) {
    const Analysis found = Builder()
                               .job("j", "", "failed")
                               .task("Compile", "j", "failed")
                               .error("boom")
                               .task("Test", "j", result)
                               .without_log()
                               .with("startTime", nullptr)
                               .with("finishTime", nullptr)
                               .analyze();
    ASSERT_THAT(found.downstream, SizeIs(1)) << result;
    EXPECT_EQ(found.downstream[0].reason, "1 later task of the job never ran: 'Test'");
  }
  const Analysis found = Builder()
                             .job("j", "", "failed")
                             .error("We stopped hearing from agent Azure Pipelines 5.")
                             .task("Init", "j", "succeeded")
                             .task("Test", "j", "skipped")
                             .idle()
                             .analyze();
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_EQ(found.downstream[0].reason, "1 later task of the job never ran: 'Test'");
}

TEST(JobStops, WhatFailedBeforeTheAgentWasLostIsACauseOfItsOwn) {
  const Analysis found = Builder()
                             .job("linux", "", "failed")
                             .error("We stopped hearing from agent Azure Pipelines 5.")
                             .task("Compile", "linux", "failed")
                             .error("a.c:1:1: error: no such thing")
                             .task("Upload logs", "linux", "canceled")
                             .without_log()
                             .task("Post-job", "linux", "abandoned")
                             .idle()
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(2));
  EXPECT_EQ(found.roots[0].task, "Compile");
  EXPECT_EQ(found.roots[0].kind, Kind::kError);
  EXPECT_THAT(found.roots[0].messages, ElementsAre("a.c:1:1: error: no such thing"));
  EXPECT_EQ(found.roots[1].task, "Upload logs");
  EXPECT_EQ(found.roots[1].kind, Kind::kInfrastructure);
}

TEST(JobStops, ATasksOwnWordsAreNotTheServices) {
  for (const char* said : {"terraform: error while provisioning resources in eastus",
                           "Service worker process is offline", "connection disconnected",
                           "the runner found 3 failing tests", "no agent configured for metrics"}) {
    const Analysis found =
        Builder().job("a", "", "failed").task("T", "a", "failed").error(said).analyze();
    EXPECT_EQ(found.roots.at(0).kind, Kind::kError) << said;
  }
}

TEST(JobStops, TasksThatRanAndFailedLaterAreStillToldOneByOne) {
  const Analysis found = Builder()
                             .job("a", "", "failed")
                             .task("One", "a", "failed")
                             .task("Two", "a", "failed")
                             .error("two")
                             .task("Three", "a", "abandoned")
                             .idle()
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "One");
  ASSERT_THAT(found.downstream, SizeIs(2));
  EXPECT_EQ(found.downstream[0].reason, "failed after 'One' had failed in the same job");
  EXPECT_THAT(found.downstream[1].reason, HasSubstr("never ran: 'Three'"));
}

TEST(JobStops, WhatFailedAfterTheTaskThatWasStoppedIsNotLost) {
  const Analysis found = Builder()
                             .job("a", "", "failed")
                             .error("We stopped hearing from agent Azure Pipelines 5.")
                             .task("Ran", "a", "failed")
                             .without_log()
                             .task("Always", "a", "failed")
                             .error("Nothing to publish here.")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Ran");
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_EQ(found.downstream[0].task, "Always");
}

TEST(JobStops, AJobThatOnlyRepeatsItsTaskSaysNothingOfTheService) {
  for (const char* said : {"terraform: error while provisioning resources", "host is offline"}) {
    const Analysis found =
        Builder().job("a", "", "failed").error(said).task("T", "a", "failed").error(said).analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << said;
    EXPECT_EQ(found.roots[0].kind, Kind::kError) << said;
    EXPECT_THAT(found.roots[0].messages, ElementsAre(said));
  }
}

TEST(JobStops, JobsThatNeverBeganAreNoRootsBesideOthers) {
  Builder timeline;
  timeline.job("a", "", "failed").task("T", "a", "failed");
  for (const char* name : {"b", "c"}) {
    timeline.job(name, "", "abandoned").with("startTime", nullptr).with("finishTime", nullptr);
  }
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].job, "a");
  ASSERT_THAT(found.downstream, SizeIs(2));
  EXPECT_EQ(found.downstream[0].reason, "never began");

  const Analysis alone = Builder().job("b", "", "abandoned").with("startTime", nullptr).analyze();
  ASSERT_THAT(alone.roots, SizeIs(1));
  EXPECT_THAT(alone.roots[0].messages, ElementsAre("The job was given up before it began."));
  EXPECT_EQ(alone.roots[0].kind, Kind::kInfrastructure);
}

}  // namespace
}  // namespace adomcp::failure_logs
