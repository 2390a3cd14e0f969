#include "mcp/tasks/task_calls.h"

#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"
#include "state/memory_store.h"
#include "support/manual_clock.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

/// A board without any room.
class TaskCallsTest : public testing::Test {
 protected:
  Reply move(const json& capabilities) {
    Client client;
    client.capabilities = capabilities;
    return calls_to(board_, writer_)({.tool = tool_,
                                      .principal = {},
                                      .client = std::move(client),
                                      .way = {nullptr, [] { return false; }, {}},
                                      .carry_out = [](const CallWay&) -> Reply {
                                        return {"made", std::nullopt};
                                      },
                                      .refuse = [](const Error& why) -> Reply {
                                        return {why.message, std::nullopt};
                                      }});
  }

  const plugin_host::Tool tool_ = make_tool("slow", "{}");
  testing_support::ManualClock clock_;
  state::MemoryStore store_{clock_};
  const ResultWriter writer_{ServerInfo{}};
  TaskBoard board_{store_, clock_, {.running = 0}, false};
};

TEST_F(TaskCallsTest, WhatTheBoardHasNoRoomForIsRefusedAndRecordedAsSuch) {
  const auto reply = move({{"extensions", {{kTasksExtension, json::object()}}}});
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.result, "Too many calls that may become tasks are running.");
}

TEST_F(TaskCallsTest, CallsOfClientsWithoutTasksAreMadeWhereTheyAre) {
  EXPECT_EQ(move(json::object()).result, "made");
}

}  // namespace
}  // namespace adomcp::mcp
