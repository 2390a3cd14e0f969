#include "unit/mcp/task_fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const char* const kParams =
    R"({"message":"Name?","requestedSchema":{"type":"object",
    "properties":{"name":{"type":"string"}},"required":["name"]}})";

json accepted(const std::string& name) {
  return {{"action", "accept"}, {"content", {{"name", name}}}};
}

ClientLink::Question question(const std::string& key) {
  return {Input::kElicitation, key, kParams, {}, {}};
}

/// tasks() runs the tasks, other() is another replica on the same store.
class TaskReplicasTest : public TaskTest {
 protected:
  void TearDown() override { gate_.open(); }
  std::string seen_elsewhere(const std::string& id) {
    return get(other(), id).value("status", "none");
  }
  std::string note(const std::string& id, int number) {
    const auto found = store_.read("tasks/" + id + "/notes/" + std::to_string(number), {});
    return found && *found ? **found : "(none)";
  }
};

TEST_F(TaskReplicasTest, AnotherOneCancels) {
  const auto id = begin_waiting();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(other().cancel(id, ann_, {}));
  EXPECT_EQ(status(id), "working");
  tasks().tick();
  ASSERT_TRUE(reaches(id, "cancelled"));
  EXPECT_TRUE(store_.wait_for([&] { return seen_elsewhere(id) == "cancelled"; }));
  EXPECT_TRUE(other().cancel(id, ann_, {}));
  EXPECT_EQ(note(id, 3), "(none)") << "what has ended needs no note";
}

TEST_F(TaskReplicasTest, AnotherOneAnswers) {
  const auto id = begin([](const Link& link, const Gone&) {
    const auto first = link->ask(question("first"));
    const auto second = link->ask(question("second"));
    return tool_reply(first.json + second.json);
  });
  for (const char* key : {"first", "second"}) {
    ASSERT_TRUE(store_.wait_for(
        [&] { return get(other(), id).value("inputRequests", json::object()).contains(key); }));
    EXPECT_TRUE(other().update(id, ann_, {{"unknown", 1}}, {}));
    EXPECT_TRUE(other().update(id, ann_, {{key, accepted(key)}, {"unknown", 1}}, {}));
    EXPECT_TRUE(other().update(id, ann_, {{key, accepted("too late")}}, {}));
    tasks().tick();
  }
  ASSERT_TRUE(reaches(id, "completed"));
  const std::string text = get(tasks(), id)["result"]["content"][0]["text"];
  EXPECT_THAT(text, HasSubstr(R"("name":"first")"));
  EXPECT_THAT(text, HasSubstr(R"("name":"second")"));
  EXPECT_THAT(note(id, 0), testing::Not(HasSubstr("unknown")));
}

TEST_F(TaskReplicasTest, AnAnswerThatWasAnsweredMeanwhileIsIgnored) {
  const auto id = begin([this](const Link& link, const Gone& gone) {
    const auto asked = link->ask(question("name"));
    static_cast<void>(wait_until_gone(gone));
    return tool_reply(asked.json);
  });
  ASSERT_TRUE(reaches(id, "input_required"));
  ASSERT_TRUE(store_.wait_for([&] { return seen_elsewhere(id) == "input_required"; }));
  EXPECT_TRUE(other().update(id, ann_, {{"name", accepted("from elsewhere")}}, {}));
  EXPECT_TRUE(tasks().update(id, ann_, {{"name", accepted("from here")}}, {}));
  tasks().tick();
  gate_.open();
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_THAT(get(tasks(), id)["result"].dump(), HasSubstr("from here"));
}

TEST_F(TaskReplicasTest, NotesAreBoundedAndACancellationStillFindsRoom) {
  const auto id = begin([](const Link& link, const Gone&) {
    return tool_reply(std::string(), link->ask(question("name")).json.empty());
  });
  ASSERT_TRUE(store_.wait_for([&] { return seen_elsewhere(id) == "input_required"; }));
  Status left = Done{};
  std::uint32_t taken = 0;
  while (left && taken < 1000) {
    left = other().update(id, ann_, {{"name", accepted("again")}}, {});
    if (left) ++taken;
  }
  EXPECT_EQ(taken, TaskStore::kMostAnswers);
  EXPECT_EQ(left.error().code, ErrorCode::kThrottled);
  EXPECT_TRUE(other().cancel(id, ann_, {}));
  EXPECT_NE(note(id, static_cast<int>(TaskStore::kMostAnswers)), "(none)");
  tasks().tick();
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskReplicasTest, ItIsSaidToBeAliveAllTheTime) {
  const auto id = begin_waiting();
  for (int i = 0; i < 30; ++i) {
    clock_.advance(seconds(10));
    tasks().tick();
    EXPECT_EQ(seen_elsewhere(id), "working");
  }
  EXPECT_EQ(store_.writes, 31);
}

TEST_F(TaskReplicasTest, AStoreOfOneReplicaNeedsNoSignsOfLife) {
  WatchedStore own(clock_, false);
  TaskManager alone(own, clock_, limits_, false);
  const auto reply = alone.run(
      call(),
      [this](const Link& link, const Gone& gone, const CancelToken&) {
        EXPECT_TRUE(link->begin_task(minutes(10), seconds(1)));
        return wait_until_gone(gone);
      },
      writer_);
  const std::string id = json::parse(reply->result)["taskId"];
  const int reads = own.reads;
  for (int i = 0; i < 9; ++i) {
    clock_.advance(minutes(1));
    alone.tick();
  }
  EXPECT_EQ(own.writes, 1);
  EXPECT_EQ(own.reads, reads);
  EXPECT_EQ(get(alone, id)["status"], "working");
  gate_.open();
}

TEST_F(TaskReplicasTest, ATaskWhoseReplicaDiedHasFailed) {
  const auto id = begin_waiting();
  clock_.advance(LiveTask::kLease);
  EXPECT_EQ(seen_elsewhere(id), "working");
  clock_.advance(seconds(1));
  const auto seen = get(other(), id);
  EXPECT_EQ(seen["status"], "failed");
  EXPECT_EQ(seen["error"]["code"], -32603);
  EXPECT_THAT(seen["statusMessage"], HasSubstr("has stopped"));
  EXPECT_TRUE(other().cancel(id, ann_, {}));
  EXPECT_EQ(note(id, 0), "(none)");
}

TEST_F(TaskReplicasTest, AReplicaThatWasSilentForTooLongGivesItsTaskUp) {
  const auto id = begin_waiting();
  clock_.advance(LiveTask::kLease + seconds(1));
  EXPECT_EQ(seen_elsewhere(id), "failed");
  tasks().tick();
  ASSERT_TRUE(reaches(id, "failed")) << "nobody hears two ends of it";
  EXPECT_TRUE(store_.wait_for([&] { return seen_elsewhere(id) == "failed"; }));
  EXPECT_THAT(get(tasks(), id)["error"]["message"], HasSubstr("given up"));
}

TEST_F(TaskReplicasTest, AnEndThatComesAfterTooLongASilenceIsNone) {
  const auto id = begin_waiting();
  clock_.advance(LiveTask::kLease + seconds(1));
  EXPECT_EQ(seen_elsewhere(id), "failed");
  gate_.open();
  ASSERT_TRUE(reaches(id, "failed"));
}

TEST_F(TaskReplicasTest, AStoreThatIsDownIsSaid) {
  const auto id = begin_waiting();
  store_.failing = true;
  EXPECT_EQ(other().find(id, ann_, {}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(other().cancel(id, ann_, {}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(status(id), "working") << "who runs it knows";
  store_.failing = false;
}

TEST_F(TaskReplicasTest, SomethingForeignIsNoTask) {
  const std::string id(32, 'a');
  const auto later = clock_.now() + minutes(1);
  for (const char* text : {"", "x", "{}\n", "{\"form\":1}\n", "{\"form\":1,\"status\":\"x\"}\n",
                           "{\"form\":1,\"status\":\"working\",\"id\":\"other\"}\n"}) {
    ASSERT_TRUE(store_.write("tasks/" + id + "/record", text, later, {}));
    EXPECT_EQ(tasks().find(id, ann_, {}).error().code, ErrorCode::kUnavailable) << text;
  }
}

TEST_F(TaskReplicasTest, WhatExpiredIsRemovedWithItsNotes) {
  const auto id = begin_waiting(minutes(2));
  EXPECT_TRUE(other().cancel(id, ann_, {}));
  tasks().tick();
  ASSERT_TRUE(reaches(id, "cancelled"));
  EXPECT_NE(note(id, 0), "(none)");
  ASSERT_TRUE(store_.wait_for([&] {
    tasks().tick();
    return seen_elsewhere(id) == "cancelled";
  }));
  clock_.advance(minutes(2));
  EXPECT_TRUE(store_.wait_for([&] {
    tasks().tick();
    return note(id, 0) == "(none)";
  }));
}

}  // namespace
}  // namespace adomcp::mcp
