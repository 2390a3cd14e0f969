// What the service says where no machine could be had or one was lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "run_failure_logs/timeline_builder.h"
#include "run_failure_logs/wording.h"

namespace adomcp::failure_logs {
namespace {

using testing::SizeIs;

const std::vector<const char*> kInfrastructure{
    // none that fits
    "The agent is missing the following demands: docker",
    "No agent found in pool Linux which satisfies the specified demands: docker, "
    "Agent.Version -gtVersion 2.163.1",
    "No agent could be found with the following capabilities: msbuild, visualstudio",
    "There are no agents in the pool that are capable of running this job.",
    "All agents in the pool are busy or disabled.",
    "An agent that meets the demands is not available.", "Could not acquire an agent for the job.",
    "The job could not be assigned to an agent in time.", "The wait for an agent timed out.",
    "No available agents in the pool Linux.", "All potential agents are running other requests.",
    "The job was never picked up by an agent.",
    "Timed out waiting for an agent to become available: agent pool Linux.",
    // none that can be reached
    "Unable to connect to the remote agent.",
    "The service could not connect to the agent on build-7.",
    "Failed to connect to the machine build-7.", "No online machines in deployment group 'Web'.",
    "No machines in deployment group Web match the tags.",
    "The deployment group 'Web' has no online targets.",
    "All targets of the deployment group are offline.", "No target machines are online.",
    "Agent build-7 is no longer available.",
    // images
    "VM Image 'vs2017-win2016' has been removed.",
    "The image ubuntu-16.04 was removed from the pool.",
    "An Image with the label ubuntu-default does not exist.",
    "No valid image label found in agent specification.",
    "No config name or imagelabel provided in request",
    "This job was blocked because it uses a Microsoft hosted agent (win1803) that was removed.",
    "The vmImage 'macos-10.13' is not supported.",
    // given and taken away
    "The provisioning request was delayed or failed to send 3 time(s).",
    "The lock on the job request has been lost.", "The lease of the job request lapsed.",
    "The scale set failed to create machines.", "The virtual machine could not be created.",
    "The agent request failed: SkuNotAvailable in westeurope.",
    "There is insufficient capacity in the region."};

TEST(ServiceWording, OfAJobAPhaseOrAStageIsInfrastructure) {
  for (const char* said : kInfrastructure) {
    EXPECT_EQ(kind_of({said}, false, Speaker::kService), Kind::kInfrastructure) << said;
    for (const char* level : {"Job", "Phase", "Stage"}) {
      for (const char* result : {"failed", "canceled"}) {
        const Analysis found = Builder().add("x", "", level, "x", result).error(said).analyze();
        ASSERT_THAT(found.roots, SizeIs(1)) << said;
        EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure) << level << ": " << said;
      }
    }
  }
}

TEST(ServiceWording, OrdinaryFailuresAreNot) {
  for (const char* said :
       {"The environment 'Prod' does not exist or has not been authorized for use.",
        "The variable group 'Secrets' could not be found.",
        "The repository could not be reached: access denied.",
        "The template parameter 'image' is required.", "The pipeline is not valid.",
        "Job deploy: step refers to a service connection that was not found.",
        "The stage depends on a stage that does not exist.", "The image processing tests failed.",
        "The target framework is missing.", "No tests were found.",
        "Deployment to target A failed: exit code 3."}) {
    EXPECT_EQ(kind_of({said}, false, Speaker::kService), Kind::kError) << said;
  }
}

TEST(ServiceWording, OfATaskSaysNothingOfItsAgent) {
  for (const char* said :
       {"VM Image 'a' has been removed.", "No online machines in deployment group 'Web'.",
        "Unable to connect to the remote agent.", "The image a:1 does not exist."}) {
    const Analysis found =
        Builder().job("j", "", "failed").task("T", "j", "failed").error(said).analyze();
    EXPECT_EQ(found.roots.at(0).kind, Kind::kError) << said;
  }
}

}  // namespace
}  // namespace adomcp::failure_logs
