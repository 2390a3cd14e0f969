#include "mcp/tasks/task_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

TaskRecord make_record() {
  TaskRecord record;
  record.id = std::string(32, 'a');
  record.owner = {"ann \"the\" first", "tenant"};
  record.operation = {OperationKind::kTool, "slow", "plug", false};
  record.status = TaskStatus::kInputRequired;
  record.message = "two\nlines";
  record.created = Clock::TimePoint(std::chrono::milliseconds(1'800'000'000'007));
  record.updated = record.created + std::chrono::milliseconds(5);
  record.heartbeat = record.created + std::chrono::seconds(5);
  record.ttl = std::chrono::hours(24);
  record.poll = std::chrono::milliseconds(250);
  record.requests = {{"a", {{"method", "roots/list"}, {"params", json::object()}}}};
  record.next_note = 7;
  record.cancelling = true;
  return record;
}

TEST(TaskRecord, ComesBackAsItWas) {
  const auto record = make_record();
  const auto back = read_task(to_text(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, record.id);
  EXPECT_EQ(back->owner, record.owner);
  EXPECT_EQ(back->operation.name, "slow");
  EXPECT_EQ(back->operation.plugin, "plug");
  EXPECT_FALSE(back->operation.read_only);
  EXPECT_EQ(back->heartbeat, record.heartbeat);
  EXPECT_EQ(back->next_note, 7U);
  EXPECT_TRUE(back->cancelling);
  EXPECT_EQ(back->expires(), record.expires());
  EXPECT_EQ(detailed_members(*back), detailed_members(record));
}

TEST(TaskRecord, AResultStaysTheTextThatItIs) {
  auto record = make_record();
  record.status = TaskStatus::kCompleted;
  record.result = R"({"z":95.50,"a":"x\n","big":9007199254740993})";
  const auto back = read_task(to_text(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->result, record.result);
  EXPECT_THAT(detailed_members(*back), testing::EndsWith(R"(,"result":)" + record.result));
}

TEST(TaskRecord, EachStatusHasItsOwnMembers) {
  auto record = make_record();
  record.result = "{}";
  record.error = {{"code", 1}, {"message", "no"}};
  const auto members = [&](TaskStatus status) {
    record.status = status;
    return json::parse("{" + detailed_members(record) + "}");
  };
  const auto has = [&](TaskStatus status, const char* member) {
    return members(status).contains(member);
  };
  using enum TaskStatus;
  for (const auto status : {kWorking, kInputRequired, kCompleted, kFailed, kCancelled}) {
    EXPECT_EQ(members(status)["status"], to_string(status));
    EXPECT_EQ(has(status, "inputRequests"), status == kInputRequired);
    EXPECT_EQ(has(status, "result"), status == kCompleted);
    EXPECT_EQ(has(status, "error"), status == kFailed);
  }
  const auto plain = json::parse("{" + task_members(record) + "}");
  EXPECT_EQ(plain["createdAt"], "2027-01-15T08:00:00.007Z");
  EXPECT_EQ(plain["lastUpdatedAt"], "2027-01-15T08:00:00.012Z");
  EXPECT_EQ(plain["ttlMs"], 86400000);
  EXPECT_EQ(plain["pollIntervalMs"], 250);
  EXPECT_EQ(plain["statusMessage"], "two\nlines");
}

TEST(TaskRecord, ClientsTakeTasksWhenTheySaySo) {
  EXPECT_TRUE(takes_tasks({{"extensions", {{kTasksExtension, json::object()}}}}));
  for (const json& capabilities :
       {json(nullptr), json::object(), json{{"extensions", 1}},
        json{{"extensions", json::object()}}, json{{"tasks", json::object()}},
        json{{"extensions", {{kTasksExtension, nullptr}}}}}) {
    EXPECT_FALSE(takes_tasks(capabilities)) << capabilities;
  }
}

}  // namespace
}  // namespace adomcp::mcp
