#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "plugin_host/plugin_log.h"
#include "plugin_host/run/in_process_invoker.h"
#include "plugin_host/run/tool_states.h"
#include "plugin_host/tool_guard.h"
#include "unit/plugin_host/fixture.h"

// What a plugin may do to the host, and what comes of it: one test a promise of README's table.

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class ContainmentTest : public ::testing::Test {
 protected:
  void serve(const std::vector<PluginSettings>& plugins) {
    catalog_ = CatalogBuilder(log_.logger(), host_api()).build(plugins);
    ASSERT_TRUE(catalog_->problems().empty()) << catalog_->problems().front().message;
  }

  CallResult call(const std::string& tool, const std::string& arguments = "{}",
                  milliseconds within = std::chrono::seconds(60)) {
    azure_devops::CallScope scope;
    scope.deadline = Deadline::after(within);
    return invoker_.call({catalog_, *catalog_->find(tool), arguments, std::move(scope), {}});
  }

  observe::ToolState state(const std::string& tool) const {
    const auto states = tool_states(*catalog_);
    const auto found = std::find_if(states.begin(), states.end(),
                                    [&](const auto& one) { return one.tool == tool; });
    return found == states.end() ? observe::ToolState{} : *found;
  }

  void expect_others_serve() {
    EXPECT_EQ(call("echo", R"({"text":"on"})").structured, R"({"text":"on"})");
    EXPECT_EQ(state("echo").breaker, "closed");
  }

  LogInMemory log_;
  std::shared_ptr<FakeClient> client_ = std::make_shared<FakeClient>();
  std::shared_ptr<const Catalog> catalog_;
  InProcessInvoker invoker_{client_, log_.logger(), {4, 8, milliseconds(20)}};
};

TEST_F(ContainmentTest, AToolThatKeepsThrowingIsNotCalled) {
  serve({animal("throws"), animal("echo")});
  for (unsigned i = 0; i < kBadCallsToOpen; ++i) {
    EXPECT_EQ(call("throws").outcome, Outcome::kCrashed);
  }
  EXPECT_EQ(state("throws").breaker, "open");
  const CallResult refused = call("throws");
  EXPECT_EQ(refused.outcome, Outcome::kError);
  EXPECT_TRUE(refused.is_error);
  EXPECT_EQ(refused.error_type, "breaker_open");
  EXPECT_THAT(refused.text, HasSubstr("The tool 'throws' is not called for now, because its last "
                                      "calls crashed or hung; retry in "));
  EXPECT_THAT(log_.text(), HasSubstr("tool 'throws' keeps crashing or hanging"));
  expect_others_serve();
}

TEST_F(ContainmentTest, FailuresThatAToolReportsDoNotOpenItsBreaker) {
  serve({animal("statuses"), animal("invalid_json")});
  for (const int status : {1, 2, 3, 6, 7, 8, 9, 10}) {
    for (unsigned i = 0; i <= kBadCallsToOpen; ++i) {
      EXPECT_NE(call("statuses", R"({"status":)" + std::to_string(status) + "}").error_type,
                "breaker_open");
    }
  }
  for (unsigned i = 0; i <= kBadCallsToOpen; ++i) {
    EXPECT_EQ(call("invalid_json").error_type, "bad_reply");
  }
  EXPECT_EQ(state("statuses").breaker, "closed");
}

TEST_F(ContainmentTest, AGoodCallBetweenKeepsTheBreakerClosed) {
  serve({animal("hangs")});
  Tool tool = *catalog_->find("hangs");
  const auto crash = [&] {
    auto entry = tool.guard->enter([] { return std::optional<ToolGuard::Time>(); });
    std::get<ToolGuard::Pass>(entry).report(CallVerdict::kBad);
  };
  for (unsigned i = 1; i < kBadCallsToOpen; ++i) crash();
  EXPECT_EQ(call("hangs").error_type, "internal");  // without arguments it comes back at once
  for (unsigned i = 1; i < kBadCallsToOpen; ++i) crash();
  EXPECT_EQ(state("hangs").breaker, "closed");
  crash();
  EXPECT_EQ(state("hangs").breaker, "open");
}

/// A tool that hangs until it is released.
class HangingToolTest : public ContainmentTest {
 protected:
  void SetUp() override { serve({animal("hangs"), animal("echo")}); }
  void TearDown() override {
    release_.close_writer();
    while (invoker_.abandoned() > 0) std::this_thread::yield();
  }

  std::string arguments() const {
    return R"({"entered":)" + std::to_string(entered_.writer()) + R"(,"release":)" +
           std::to_string(release_.reader()) + "}";
  }

  Pipe entered_;
  Pipe release_;
};

TEST_F(HangingToolTest, IsGivenUpCountedAndNotCalled) {
  for (unsigned i = 1; i <= kBadCallsToOpen; ++i) {
    EXPECT_EQ(call("hangs", arguments(), milliseconds(20)).outcome, Outcome::kTimeout);
    EXPECT_EQ(state("hangs").hung, i);
    EXPECT_EQ(invoker_.abandoned(), i);
  }
  EXPECT_EQ(state("hangs").breaker, "open");
  EXPECT_EQ(call("hangs", arguments()).error_type, "breaker_open");
  expect_others_serve();
}

TEST_F(HangingToolTest, IsTriedAgainOnceItsBreakerHasWaited) {
  std::atomic<std::int64_t> time{0};
  const Tool* tool = catalog_->find("hangs");
  auto guard = std::make_shared<ToolGuard>(
      8, [&time] { return ToolGuard::Time(std::chrono::seconds(time.load())); });
  Tool guarded = *tool;
  guarded.guard = guard;
  const auto call_guarded = [&](const std::string& arguments) {
    azure_devops::CallScope scope;
    scope.deadline = Deadline::after(milliseconds(20));
    return invoker_.call({catalog_, guarded, arguments, std::move(scope), {}});
  };
  for (unsigned i = 0; i < kBadCallsToOpen; ++i) call_guarded(arguments());
  EXPECT_EQ(call_guarded("{}").error_type, "breaker_open");
  time += kOpenFor.count();
  EXPECT_EQ(call_guarded(arguments()).outcome, Outcome::kTimeout) << "the trial hangs too";
  time += kOpenFor.count();
  EXPECT_EQ(call_guarded("{}").error_type, "breaker_open") << "now it waits twice as long";
  time += kOpenFor.count();
  EXPECT_EQ(call_guarded("{}").error_type, "internal") << "the plugin's own answer";
  EXPECT_EQ(guard->state().breaker, BreakerState::kClosed);
  TearDown();
  EXPECT_EQ(guard->state().hung, 0U);
}

TEST_F(HangingToolTest, ACallerWhoHangsUpDoesNotOpenTheBreaker) {
  for (unsigned i = 0; i <= kBadCallsToOpen; ++i) {
    std::atomic<bool> gone{false};
    auto running = std::async(std::launch::async, [&] {
      return invoker_.call(
          {catalog_, *catalog_->find("hangs"), arguments(), {}, [&] { return gone.load(); }});
    });
    EXPECT_EQ(entered_.read_byte(), 'e');
    gone = true;
    EXPECT_EQ(running.get().outcome, Outcome::kCancelled);
  }
  EXPECT_EQ(state("hangs").breaker, "closed");
  EXPECT_EQ(state("hangs").hung, kBadCallsToOpen + 1);
}

TEST_F(HangingToolTest, ADeadlineThatThePluginKeepsDoesNotOpenTheBreaker) {
  InProcessInvoker patient(client_, log_.logger(), {4, 8, std::chrono::seconds(60)});
  for (unsigned i = 0; i <= kBadCallsToOpen; ++i) {
    Pipe release;
    azure_devops::CallScope scope;
    scope.deadline = Deadline::after(milliseconds(20));
    const CancelToken cancel = scope.cancel;
    const std::string given = R"({"entered":)" + std::to_string(entered_.writer()) +
                              R"(,"release":)" + std::to_string(release.reader()) + "}";
    auto running = std::async(std::launch::async, [&] {
      return patient.call({catalog_, *catalog_->find("hangs"), given, std::move(scope), {}});
    });
    cancel.wait_until(Deadline::after(std::chrono::seconds(60)));  // it is interrupted
    release.close_writer();
    running.get();
  }
  EXPECT_EQ(state("hangs").breaker, "closed");
  EXPECT_EQ(state("hangs").hung, 0U);
}

TEST_F(HangingToolTest, RunsSoManyCallsAtATimeAndTheRestIsToldSo) {
  PluginSettings narrow = animal("hangs");
  narrow.max_concurrent = 1;
  serve({narrow, animal("echo")});
  auto running = std::async(std::launch::async, [&] { return call("hangs", arguments()); });
  EXPECT_EQ(entered_.read_byte(), 'e');
  EXPECT_EQ(state("hangs").in_flight, 1U);
  EXPECT_EQ(call("hangs", "{}", milliseconds(20)).outcome, Outcome::kTimeout) << "it waited";

  std::vector<std::future<CallResult>> waiting;
  for (unsigned i = 0; i < kWaitingPerSlot; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] { return call("hangs"); }));
  }
  const auto& guard = *catalog_->find("hangs")->guard;
  while (guard.state().waiting < kWaitingPerSlot) std::this_thread::yield();
  const CallResult refused = call("hangs");
  EXPECT_EQ(refused.outcome, Outcome::kRateLimited);
  EXPECT_EQ(refused.error_type, "busy");
  EXPECT_THAT(refused.text, HasSubstr("'hangs' is busy"));
  expect_others_serve();
  release_.close_writer();
  EXPECT_EQ(running.get().outcome, Outcome::kSuccess);
  for (auto& one : waiting) EXPECT_EQ(one.get().error_type, "internal");
}

TEST_F(ContainmentTest, AHundredMegabytesAreNoAnswer) {
  serve({animal("huge_reply"), animal("echo")});
  EXPECT_EQ(call("huge_reply").text, "The tool's answer is larger than 1 MiB.");
  expect_others_serve();
}

TEST_F(ContainmentTest, AFloodOfLogLinesIsCut) {
  serve({animal("log_flood")});
  EXPECT_EQ(call("log_flood").text, "said it all");
  const std::string text = log_.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), kMaxLogLines + 1);
  EXPECT_LT(text.size(), std::size_t{kMaxLogLines} * 5000);
  EXPECT_THAT(text, HasSubstr("more log lines of this call are dropped"));
}

TEST_F(ContainmentTest, AnotherThreadMayNotAnswerNoteOrAsk) {
  serve({animal("other_thread")});
  const CallResult result = call("other_thread");
  EXPECT_EQ(result.text, "from its thread");
  EXPECT_EQ(result.run_id, std::nullopt);
  EXPECT_TRUE(client_->requests().empty());
  for (const char* function : {"note", "reply", "ado"}) {
    EXPECT_THAT(log_.text(), HasSubstr(std::string(function) + "() came from another thread"));
  }
}

TEST_F(ContainmentTest, ACallThatIsOverTakesNothingMore) {
  serve({animal("calls_late")});
  EXPECT_EQ(call("calls_late").text, "my own answer");
  const CallResult next = call("calls_late");  // uses the first one's handle
  EXPECT_EQ(next.text, "my own answer");
  EXPECT_EQ(next.run_id, std::nullopt);
  for (const char* function : {"note", "reply", "ado"}) {
    EXPECT_THAT(log_.text(), HasSubstr(std::string(function) + "() came after its call was over"));
  }
  EXPECT_TRUE(client_->requests().empty());
}

TEST_F(ContainmentTest, AThreadOfAPluginMayNotUseACallThatIsOver) {
  Pipe release;
  Pipe done;
  serve({animal("calls_late"), animal("echo")});
  const CallResult result =
      call("calls_late", R"({"release":)" + std::to_string(release.reader()) + R"(,"done":)" +
                             std::to_string(done.writer()) + "}");
  EXPECT_EQ(result.text, "my own answer");
  release.close_writer();
  EXPECT_EQ(done.read_byte(), 'r');
  EXPECT_TRUE(client_->requests().empty());
  expect_others_serve();
}

}  // namespace
}  // namespace adomcp::plugin_host
