#include "mcp/tasks/task_manager.h"

#include <thread>

#include "unit/mcp/task_fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TaskManagerTest : public TaskTest {
 protected:
  /// So that nothing a test started waits for kLong.
  void TearDown() override { gate_.open(); }
};

TEST_F(TaskManagerTest, ACallThatBeginsNoTaskIsAnsweredAsEver) {
  const auto reply = run([](const Link& link, const Gone& gone, const CancelToken& cancel) {
    link->progress(1, 2, "half");
    link->log("info", "", "1");
    EXPECT_TRUE(link->keep("state"));
    EXPECT_EQ(link->kept(), "kept before");
    EXPECT_EQ(link->ask({Input::kElicitation, "name", "{}", {}, {}}).state, Asked::State::kLater);
    EXPECT_FALSE(gone());
    EXPECT_FALSE(cancel.cancelled());
    return tool_reply("hello");
  });
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->result, tool_reply("hello").result);
  EXPECT_THAT(request_->progressed, ElementsAre("half"));
  EXPECT_THAT(request_->logged, ElementsAre("1"));
  EXPECT_THAT(request_->asked, ElementsAre("name"));
  EXPECT_EQ(request_->kept_for_next, "state");
  EXPECT_EQ(store_.writes, 0);
}

TEST_F(TaskManagerTest, AnErrorIsAnsweredAsEver) {
  const auto reply = run([](const Link&, const Gone&, const CancelToken&) {
    return Reply{{}, RpcError{200, -32602, "no", nullptr}};
  });
  EXPECT_EQ(reply->error->code, -32602);
  const auto crashed = run([](const Link&, const Gone&, const CancelToken&) -> Reply {
    throw std::runtime_error("secret");
  });
  EXPECT_EQ(crashed->error->code, -32603);
  EXPECT_THAT(crashed->error->message, testing::Not(HasSubstr("secret")));
}

TEST_F(TaskManagerTest, TheClientIsAskedForOnlyWhileItsRequestIsThere) {
  std::atomic<bool> client_gone = false;
  std::atomic<int> looked = 0;
  auto leaving = call();
  leaving.client_gone = [&] {
    ++looked;
    return client_gone.load();
  };
  Gate begin;
  Gate done;
  const auto work = [&](const Link& link, const Gone& gone, const CancelToken&) {
    EXPECT_FALSE(gone());
    client_gone = true;
    EXPECT_TRUE(gone());
    client_gone = false;
    EXPECT_TRUE(link->begin_task(minutes(1), seconds(1)));
    EXPECT_TRUE(begin.wait());
    client_gone = true;
    EXPECT_FALSE(gone());
    done.open();
    return tool_reply("done");
  };
  const auto reply = tasks().run(leaving, work, writer_);
  ASSERT_TRUE(reply);
  looked = 0;
  begin.open();
  ASSERT_TRUE(done.wait());
  EXPECT_EQ(looked, 0) << "its connection may be gone for long";
}

TEST_F(TaskManagerTest, AnswersWithTheTaskOnceItHasBegun) {
  const auto reply = run([this](const Link& link, const Gone& gone, const CancelToken&) {
    EXPECT_TRUE(link->begin_task(minutes(10), seconds(2)));
    return wait_until_gone(gone);
  });
  ASSERT_TRUE(reply);
  const auto result = json::parse(reply->result);
  const std::string id = result["taskId"];
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(result, json::parse(R"({"resultType":"task","taskId":")" + id + R"(","status":"working",
      "createdAt":"2027-01-15T08:00:00.000Z","lastUpdatedAt":"2027-01-15T08:00:00.000Z",
      "ttlMs":600000,"pollIntervalMs":2000,
      "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"adomcp","version":"1"}}})"));
  EXPECT_EQ(get(other(), id)["status"], "working") << "it was kept before the answer";
  gate_.open();
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_EQ(get(tasks(), id)["result"], json::parse(tool_reply("done").result));
  EXPECT_TRUE(store_.wait_for([&] { return get(other(), id).contains("result"); }));
  EXPECT_FALSE(get(tasks(), id).contains("error"));
}

TEST_F(TaskManagerTest, TimesAreHeldWithinBounds) {
  const auto created = [&](std::chrono::milliseconds ttl, std::chrono::milliseconds poll) {
    const auto reply = run([=](const Link& link, const Gone&, const CancelToken&) {
      const auto first = link->begin_task(ttl, poll);
      EXPECT_EQ(link->begin_task(minutes(3), seconds(3))->at(), first->at()) << "it has begun once";
      return tool_reply("");
    });
    return json::parse(reply->result);
  };
  EXPECT_EQ(created(seconds(-1), seconds(-1))["ttlMs"], 1000);
  EXPECT_EQ(created(seconds(-1), seconds(-1))["pollIntervalMs"], 100);
  EXPECT_EQ(created(std::chrono::hours(99), std::chrono::hours(99))["ttlMs"], 86400000);
  EXPECT_EQ(created(std::chrono::hours(99), std::chrono::hours(99))["pollIntervalMs"], 3600000);
}

TEST_F(TaskManagerTest, ProgressIsTheStatusAndWrittenOnceATick) {
  Gate told;
  const auto id = begin([&](const Link& link, const Gone& gone) {
    for (int i = 0; i < 100; ++i) link->progress(i, 100, "step " + std::to_string(i));
    link->progress(100, 100, std::string(2000, 'x') + "\n");
    link->progress(100, 100, "last\x01");
    link->progress(101, 100, "");
    link->log("info", "", "1");
    told.open();
    return wait_until_gone(gone);
  });
  ASSERT_TRUE(told.wait());
  EXPECT_EQ(store_.writes, 1);
  EXPECT_EQ(get(tasks(), id)["statusMessage"], "last ");
  EXPECT_FALSE(get(other(), id).contains("statusMessage"));
  clock_.advance(seconds(1));
  tasks().tick();
  EXPECT_EQ(store_.writes, 2);
  EXPECT_EQ(get(other(), id)["statusMessage"], "last ");
  tasks().tick();
  EXPECT_EQ(store_.writes, 2);
  EXPECT_THAT(request_->progressed, IsEmpty());
  EXPECT_THAT(request_->logged, IsEmpty());
}

TEST_F(TaskManagerTest, AToolsErrorIsAResult) {
  const auto id = begin([](const Link&, const Gone&) { return tool_reply("It broke.", true); });
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_EQ(get(tasks(), id)["result"]["isError"], true);
}

TEST_F(TaskManagerTest, AnErrorOfTheProtocolFails) {
  const auto id = begin([](const Link&, const Gone&) {
    return Reply{{}, RpcError{400, -32021, "no sampling", {{"requiredCapabilities", 1}}}};
  });
  ASSERT_TRUE(reaches(id, "failed"));
  const auto seen = get(tasks(), id);
  EXPECT_EQ(seen["error"], json::parse(R"({"code":-32021,"message":"no sampling",
                                           "data":{"requiredCapabilities":1}})"));
  EXPECT_EQ(seen["statusMessage"], "no sampling");
  EXPECT_FALSE(seen.contains("result"));
}

TEST_F(TaskManagerTest, WhatIsNoResultFails) {
  const auto thrown =
      begin([](const Link&, const Gone&) -> Reply { throw std::runtime_error("secret"); });
  const auto round = begin([](const Link&, const Gone&) {
    return Reply{R"({"resultType":"input_required","inputRequests":{}})", std::nullopt};
  });
  const auto large = begin(
      [](const Link&, const Gone&) { return tool_reply(std::string(std::size_t{4} << 20, 'x')); });
  for (const auto& id : {thrown, round, large}) {
    ASSERT_TRUE(reaches(id, "failed"));
    EXPECT_EQ(get(tasks(), id)["error"]["code"], -32603);
  }
  EXPECT_THAT(get(tasks(), thrown).dump(), testing::Not(HasSubstr("secret")));
  EXPECT_THAT(get(tasks(), round).dump(), HasSubstr("another round"));
}

TEST_F(TaskManagerTest, ItsOwnerCancelsIt) {
  const auto id = begin_waiting();
  EXPECT_TRUE(tasks().cancel(id, ann_, {}));
  ASSERT_TRUE(reaches(id, "cancelled"));
  EXPECT_EQ(get(tasks(), id)["statusMessage"], "It was cancelled.");
  EXPECT_FALSE(get(tasks(), id).contains("result"));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(tasks().cancel(id, ann_, {})) << "again is no error";
  EXPECT_EQ(status(id), "cancelled");
}

TEST_F(TaskManagerTest, WhatSucceededAllTheSameHasSucceeded) {
  Gate cancelled;
  const auto id = begin([&](const Link&, const Gone& gone) {
    EXPECT_TRUE(cancelled.wait());
    EXPECT_TRUE(gone());
    return tool_reply("It was done before.");
  });
  EXPECT_TRUE(tasks().cancel(id, ann_, {}));
  EXPECT_EQ(status(id), "working");
  cancelled.open();
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskManagerTest, OnlyItsOwnerFindsIt) {
  const auto id = begin_waiting();
  for (const TaskOwner& somebody : {TaskOwner{"bob", "tenant"}, TaskOwner{"ann", "elsewhere"},
                                    TaskOwner{}, TaskOwner{"tenant", "ann"}}) {
    for (auto* tasks : {&this->tasks(), &other()}) {
      const auto found = tasks->find(id, somebody, {});
      ASSERT_FALSE(found);
      const auto never = tasks->find(std::string(32, 'a'), somebody, {});
      EXPECT_EQ(found.error().text(), never.error().text());
      EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
      EXPECT_EQ(tasks->cancel(id, somebody, {}).error().code, ErrorCode::kNotFound);
      EXPECT_EQ(tasks->update(id, somebody, json::object(), {}).error().code, ErrorCode::kNotFound);
    }
  }
  EXPECT_EQ(status(id), "working");
}

TEST_F(TaskManagerTest, WhatIsNoIdIsNotEvenLookedFor) {
  for (const std::string& id :
       {std::string(), std::string("../keys/1"), std::string(31, 'a'), std::string(33, 'a'),
        std::string(32, 'A'), std::string("tasks-conformance-nonexistent-12345")}) {
    EXPECT_EQ(tasks().find(id, ann_, {}).error().code, ErrorCode::kNotFound) << id;
  }
  EXPECT_EQ(store_.reads, 0);
}

TEST_F(TaskManagerTest, IsThereUntilItsEndAndThenGone) {
  const auto id = begin([](const Link&, const Gone&) { return tool_reply("done"); }, minutes(10));
  ASSERT_TRUE(reaches(id, "completed"));
  clock_.advance(minutes(10) - seconds(1));
  tasks().tick();
  EXPECT_EQ(status(id), "completed");
  EXPECT_EQ(get(other(), id)["status"], "completed");
  clock_.advance(seconds(1));
  EXPECT_EQ(status(id), "none");
  EXPECT_EQ(get(other(), id).value("status", "none"), "none");
  EXPECT_TRUE(store_.wait_for([&] {
    tasks().tick();
    return !*store_.read("tasks/" + id + "/record", {});
  }));
}

TEST_F(TaskManagerTest, WorkThatOutlivesItsTaskIsCancelled) {
  std::atomic<bool> seen_gone = false;
  Gate over;
  const auto id = begin(
      [&](const Link&, const Gone& gone) {
        auto reply = wait_until_gone(gone);
        seen_gone = gone();
        over.open();
        return reply;
      },
      minutes(1));
  clock_.advance(seconds(59));
  tasks().tick();
  EXPECT_EQ(status(id), "working");
  clock_.advance(seconds(1));
  tasks().tick();
  ASSERT_TRUE(over.wait());
  EXPECT_TRUE(seen_gone);
  EXPECT_EQ(status(id), "none");
}

TEST_F(TaskManagerTest, AStoreThatIsDownMakesNoTask) {
  store_.failing = true;
  std::optional<Deadline> begun;
  const auto work = [&](const Link& link, const Gone&, const CancelToken&) {
    begun = link->begin_task(minutes(1), seconds(1));
    return Reply{{}, RpcError{400, -32021, "takes a task", nullptr}};
  };
  const auto needs = run(work);
  EXPECT_FALSE(begun);
  EXPECT_EQ(needs->error->code, -32603) << "its client does take tasks";
  EXPECT_THAT(needs->error->message, HasSubstr("The store is down."));
  const auto goes_on = run([&](const Link& link, const Gone&, const CancelToken&) {
    EXPECT_FALSE(link->begin_task(minutes(1), seconds(1)));
    return tool_reply("done at once");
  });
  EXPECT_EQ(goes_on->result, tool_reply("done at once").result);
}

TEST_F(TaskManagerTest, AnEndThatCouldNotBeKeptIsKeptLater) {
  const auto id = begin_waiting();
  store_.failing = true;
  const int before = store_.writes;
  gate_.open();
  while (store_.writes == before) std::this_thread::yield();
  EXPECT_EQ(status(id), "completed") << "who ran it knows";
  store_.failing = false;
  EXPECT_EQ(get(other(), id)["status"], "working");
  tasks().tick();
  EXPECT_EQ(get(other(), id)["status"], "completed");
}

TEST_F(TaskManagerTest, OneOwnerCannotTakeAllThreads) {
  limits_.running = 5;
  limits_.running_of_one = 2;
  begin_waiting();
  begin_waiting();
  const auto refused = run([](const Link&, const Gone&, const CancelToken&) {
    ADD_FAILURE() << "was started";
    return tool_reply("");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
  auto theirs = call();
  theirs.owner = {"bob", "tenant"};
  const auto at_once = [](const Link&, const Gone&, const CancelToken&) { return tool_reply(""); };
  EXPECT_TRUE(tasks().run(theirs, at_once, writer_));
  gate_.open();
  ASSERT_TRUE(store_.wait_for([&] { return run(at_once).operator bool(); }))
      << "what has ended takes no thread";
}

TEST_F(TaskManagerTest, ThreadsAreBounded) {
  limits_.running = 3;
  for (const char* name : {"a", "b", "c"}) {
    auto theirs = call();
    theirs.owner = {name, "tenant"};
    EXPECT_TRUE(tasks().run(
        theirs,
        [this](const Link& link, const Gone& gone, const CancelToken&) {
          link->begin_task(minutes(1), seconds(1));
          return wait_until_gone(gone);
        },
        writer_));
  }
  const auto refused =
      run([](const Link&, const Gone&, const CancelToken&) { return tool_reply(""); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
}

TEST_F(TaskManagerTest, WhatIsKeptIsBoundedUntilItExpires) {
  limits_.kept_of_one = 2;
  for (int i = 0; i < 2; ++i) {
    const auto id = begin([](const Link&, const Gone&) { return tool_reply("done"); }, minutes(1));
    ASSERT_TRUE(reaches(id, "completed"));
    tasks().tick();
  }
  const auto at_once = [](const Link&, const Gone&, const CancelToken&) { return tool_reply(""); };
  const auto refused = run(at_once);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("until they expire"));
  clock_.advance(minutes(1));
  tasks().tick();
  EXPECT_TRUE(run(at_once));
}

TEST_F(TaskManagerTest, TheBytesOfResultsAreBounded) {
  limits_.bytes_of_one = 1000;
  const auto at_once = [](const Link&, const Gone&, const CancelToken&) { return tool_reply(""); };
  const auto id =
      begin([](const Link&, const Gone&) { return tool_reply(std::string(2000, 'x')); });
  ASSERT_TRUE(reaches(id, "completed"));
  ASSERT_TRUE(store_.wait_for([&] {
    tasks().tick();
    return !run(at_once);
  }));
  auto theirs = call();
  theirs.owner = {"bob", "tenant"};
  EXPECT_TRUE(tasks().run(theirs, at_once, writer_));
}

TEST_F(TaskManagerTest, AServerThatStopsEndsItsTasksAndSaysSo) {
  const auto running = begin_waiting();
  const auto succeeds = begin([](const Link&, const Gone& gone) {
    while (!gone()) std::this_thread::yield();
    return tool_reply("just in time");
  });
  tasks().stop(Deadline::after(kLong));
  EXPECT_EQ(get(other(), running)["status"], "failed");
  EXPECT_THAT(get(other(), running)["error"]["message"], HasSubstr("The server stopped"));
  EXPECT_EQ(get(other(), succeeds)["status"], "completed");
  const auto refused =
      run([](const Link&, const Gone&, const CancelToken&) { return tool_reply(""); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST_F(TaskManagerTest, ABoardThatGoesWaitsForItsThreads) {
  const auto id = begin_waiting();
  tasks_.reset();
  EXPECT_EQ(get(other(), id)["status"], "failed");
}

TEST_F(TaskManagerTest, TheKeeperTicks) {
  TaskManager kept(store_, clock_);
  Gate told;
  const auto reply = kept.run(
      call(),
      [&](const Link& link, const Gone& gone, const CancelToken&) {
        EXPECT_TRUE(link->begin_task(minutes(1), seconds(1)));
        link->progress(1, 2, "half");
        told.open();
        return wait_until_gone(gone);
      },
      writer_);
  const std::string id = json::parse(reply->result)["taskId"];
  EXPECT_TRUE(
      store_.wait_for([&] { return get(other(), id).value("statusMessage", "") == "half"; }));
  gate_.open();
}

/// A call that says "made" when it is carried out, and why not when it is refused.
Reply taken_by(TaskManager& tasks, const ResultWriter& writer, const json& capabilities) {
  const plugin_host::Tool tool = [] {
    plugin_host::Tool slow;
    slow.name = "slow";
    return slow;
  }();
  Client client;
  client.capabilities = capabilities;
  return tasks.take({.tool = tool,
                     .principal = {},
                     .client = std::move(client),
                     .context = {},
                     .carry_out = [](const CallContext&) -> Reply {
                       return {"made", std::nullopt};
                     },
                     .refuse = [](const Error& why) -> Reply {
                       return {why.message, std::nullopt};
                     }},
                    writer);
}

TEST_F(TaskManagerTest, ACallThatThereIsNoRoomForIsRefused) {
  TaskManager full(store_, clock_, {.running = 0}, false);
  const auto reply = taken_by(full, writer_, {{"extensions", {{kTasksExtension, json::object()}}}});
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.result, "Too many calls that may become tasks are running.");
}

TEST_F(TaskManagerTest, CallsOfClientsWithoutTasksAreMadeWhereTheyAre) {
  TaskManager full(store_, clock_, {.running = 0}, false);
  EXPECT_EQ(taken_by(full, writer_, json::object()).result, "made");
}

}  // namespace
}  // namespace adomcp::mcp
