#include <adomcp/plugin.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "plugin_host/tool_guard.h"
#include "unit/plugin_host/call_fixture.h"

// Calls that become tasks.

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr std::chrono::milliseconds kDay = std::chrono::hours(24);

FakeLink::Begin accepts(Deadline until) {
  return [until](FakeLink::Times) { return std::optional(until); };
}

std::shared_ptr<FakeLink> taking_tasks(Deadline until = Deadline::after(std::chrono::minutes(1))) {
  return std::make_shared<FakeLink>(FakeLink::Answer(), accepts(until));
}

class TaskTest : public LinkedTest {
 protected:
  void SetUp() override {
    PluginSettings settings = animal("begins_task", {"begins_task", "may_not"});
    settings.max_concurrent = 2;
    serve({settings, animal("echo")});
  }

  std::string arguments(milliseconds ttl = std::chrono::minutes(1),
                        milliseconds poll = milliseconds(1)) const {
    return R"({"ttl":)" + std::to_string(ttl.count()) + R"(,"poll":)" +
           std::to_string(poll.count()) + R"(,"entered":)" + std::to_string(entered_.writer()) +
           R"(,"release":)" + std::to_string(release_.reader()) + "}";
  }

  /// On a thread of its own, as a task is run.
  std::future<CallResult> begin(const std::shared_ptr<ClientLink>& link,
                                azure_devops::CallScope scope = {},
                                std::function<bool()> client_gone = {}) {
    return std::async(std::launch::async, [=, this, scope = std::move(scope)]() mutable {
      return invoker_.call({catalog_, *catalog_->find("begins_task"), arguments(), std::move(scope),
                            std::move(client_gone), link});
    });
  }

  std::string at_once(const std::string& tool, const std::string& request,
                      const std::shared_ptr<ClientLink>& link) {
    return call(tool, request, link).text;
  }

  Pipe entered_;
  Pipe release_;
};

TEST_F(TaskTest, ATaskOutlivesTheDeadlineOfItsCall) {
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(milliseconds(200));
  const Deadline first = scope.deadline;
  auto task = begin(taking_tasks(), std::move(scope));
  entered_.read_byte();
  EXPECT_EQ(invoker_.tasks(), 1U);
  while (!first.passed()) std::this_thread::yield();
  // So that the invoker, too, has looked since.
  while (catalog_->find("begins_task")->guard->state().in_flight > 0) std::this_thread::yield();
  release_.close_writer();
  const CallResult result = task.get();
  EXPECT_EQ(result.outcome, Outcome::kSuccess) << result.text;
  EXPECT_EQ(result.text, "0");
  EXPECT_EQ(invoker_.tasks(), 0U);
}

TEST_F(TaskTest, ATaskTakesNeitherThreadNorTurnFromOthers) {
  auto first = begin(taking_tasks());
  auto second = begin(taking_tasks());
  entered_.read_byte();
  entered_.read_byte();
  EXPECT_EQ(invoker_.tasks(), 2U);
  // Both threads of this invoker, and both turns of this tool.
  const auto link = std::make_shared<FakeLink>();
  EXPECT_EQ(call("begins_task", arguments(), link).error_type, "client_unsupported");
  EXPECT_EQ(call("echo", R"({"text":"on"})").structured, R"({"text":"on"})");
  release_.close_writer();
  EXPECT_EQ(first.get().text, "0");
  EXPECT_EQ(second.get().text, "0");
  EXPECT_EQ(catalog_->find("begins_task")->guard->state().in_flight, 0U);
}

TEST_F(TaskTest, TooManyTasksAreThrottled) {
  std::vector<std::future<CallResult>> tasks;
  for (int i = 0; i < 3; ++i) {
    tasks.push_back(begin(taking_tasks()));
    entered_.read_byte();
  }
  auto more = begin(taking_tasks());
  entered_.read_byte();
  EXPECT_EQ(invoker_.tasks(), 3U);
  release_.close_writer();
  EXPECT_EQ(more.get().text, std::to_string(ADOMCP_THROTTLED));
  for (auto& task : tasks) EXPECT_EQ(task.get().text, "0");
  EXPECT_THAT(log_.text(), HasSubstr("[begins-task] tasks.begin() is refused: too many tasks"));
}

TEST_F(TaskTest, AClientThatLeavesCancelsACallButNotATask) {
  std::atomic<bool> gone{false};
  const auto link = std::make_shared<FakeLink>(FakeLink::Answer(), [&](FakeLink::Times) {
    gone = true;  // as soon as it has the task's id
    return std::optional(Deadline::after(std::chrono::minutes(1)));
  });
  auto task = begin(link, {}, [&] { return gone.load(); });
  entered_.read_byte();
  while (catalog_->find("begins_task")->guard->state().in_flight > 0) std::this_thread::yield();
  release_.close_writer();
  EXPECT_EQ(task.get().outcome, Outcome::kSuccess);
}

TEST_F(TaskTest, CancellationAndItsOwnDeadlineEndATask) {
  azure_devops::CallScope scope;
  const CancelToken cancel = scope.cancel;
  auto cancelled = begin(taking_tasks(), std::move(scope));
  entered_.read_byte();
  cancel.cancel();
  EXPECT_EQ(cancelled.get().outcome, Outcome::kCancelled);

  auto late = begin(taking_tasks(Deadline::after(milliseconds(30))));
  EXPECT_EQ(late.get().outcome, Outcome::kTimeout);
  // A busy machine may use up its grace.
  while (invoker_.abandoned() > 0) std::this_thread::yield();
  EXPECT_EQ(invoker_.tasks(), 0U);
}

TEST_F(TaskTest, AClientThatTakesNoTasksIsToldThatItNeedsThem) {
  for (const bool linked : {true, false}) {
    const auto link = linked ? std::make_shared<FakeLink>() : nullptr;
    const CallResult result = call("begins_task", arguments(), link);
    EXPECT_EQ(result.error_type, "client_unsupported");
    EXPECT_EQ(result.unsupported, R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})");
  }
  EXPECT_EQ(invoker_.tasks(), 0U);
}

TEST_F(TaskTest, OnlyAllowedToolsAndSoundTimesMakeATask) {
  release_.close_writer();
  FakeLink::Times told;
  const auto link = std::make_shared<FakeLink>(FakeLink::Answer(), [&](FakeLink::Times times) {
    told = times;
    return std::optional(Deadline::after(std::chrono::minutes(1)));
  });
  const std::string refused = std::to_string(ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(at_once("may_not", arguments(), link), refused);
  EXPECT_EQ(at_once("begins_task", arguments(milliseconds(0)), link), refused);
  EXPECT_EQ(at_once("begins_task", arguments(kDay + milliseconds(1)), link), refused);
  EXPECT_EQ(at_once("begins_task", arguments(kDay, milliseconds(0)), link), refused);
  EXPECT_EQ(told.ttl, milliseconds(0));
  EXPECT_EQ(at_once("begins_task", arguments(kDay, milliseconds(500)), link), "0");
  EXPECT_EQ(told.ttl, kDay);
  EXPECT_EQ(told.poll, milliseconds(500));
  EXPECT_TRUE(catalog_->find("begins_task")->may_be_task);
  EXPECT_FALSE(catalog_->find("may_not")->may_be_task);
}

}  // namespace
}  // namespace adomcp::plugin_host
