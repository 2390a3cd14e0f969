#include "plugin_host/run/in_process_invoker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class InProcessInvokerTest : public ::testing::Test {
 protected:
  void serve(const std::vector<PluginSettings>& plugins) {
    catalog_ = CatalogBuilder(log_.logger(), host_api()).build(plugins);
    ASSERT_TRUE(catalog_->problems().empty()) << catalog_->problems().front().message;
  }

  CallResult call(const std::string& tool, const std::string& arguments = "{}",
                  azure_devops::CallScope scope = {}, const std::function<bool()>& gone = {}) {
    return invoker_.call({catalog_, *catalog_->find(tool), arguments, std::move(scope), gone});
  }

  void use(FakeClient::Respond respond) { *respond_ = std::move(respond); }

  LogInMemory log_;
  std::shared_ptr<FakeClient::Respond> respond_ = std::make_shared<FakeClient::Respond>();
  std::shared_ptr<FakeClient> client_ =
      std::make_shared<FakeClient>([respond = respond_](const auto& scope, const auto& request) {
        return (*respond)(scope, request);
      });
  std::shared_ptr<const Catalog> catalog_;
  InProcessInvoker invoker_{client_, log_.logger(), {4, 1, milliseconds(20)}};
};

TEST_F(InProcessInvokerTest, GivesWhatAToolReplied) {
  serve({animal("echo"), animal("good_c", {"hello_c"})});
  const CallResult echo = call("echo", R"({"text":"grüß dich"})");
  EXPECT_EQ(echo.outcome, Outcome::kSuccess);
  EXPECT_FALSE(echo.is_error);
  EXPECT_EQ(echo.text, "");
  EXPECT_EQ(echo.structured, R"({"text":"grüß dich"})");
  EXPECT_EQ(echo.error_type, "");

  const CallResult hello = call("hello_c");
  EXPECT_EQ(hello.text, "hello");
  EXPECT_EQ(hello.structured, R"({"greeting":"hello from C"})");
}

TEST_F(InProcessInvokerTest, PassesStructuredJsonThroughCompact) {
  serve({animal("replies_twice")});
  const CallResult result = call("replies_twice");
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, "first");
  EXPECT_EQ(result.structured, R"({"n":1})");
  EXPECT_THAT(log_.text(), HasSubstr("[replies-twice] a second reply() is ignored"));
}

TEST_F(InProcessInvokerTest, KeepsNotesForTheAuditAndEscapesTheLog) {
  serve({animal("notes")});
  const CallResult result = call("notes");
  EXPECT_EQ(result.run_id, 4711);
  EXPECT_EQ(result.pipeline_id, std::nullopt);
  EXPECT_EQ(result.pipeline_name, "api-ci");
  EXPECT_EQ(result.result_count, 3);
  EXPECT_THAT(log_.text(), HasSubstr("[notes] two\\x0alines red"));
}

TEST_F(InProcessInvokerTest, ReportsWhatThrowsAsCrashed) {
  serve({animal("throws"), animal("echo")});
  const CallResult result = call("throws");
  EXPECT_EQ(result.outcome, Outcome::kCrashed);
  EXPECT_TRUE(result.is_error);
  EXPECT_EQ(result.text, "The tool failed inside its plugin.");
  EXPECT_EQ(call("echo", R"({"text":"still here"})").outcome, Outcome::kSuccess);
}

TEST_F(InProcessInvokerTest, RefusesBadReplies) {
  serve({animal("invalid_utf8"), animal("invalid_json"), animal("huge_reply"), animal("no_reply")});
  const auto expect = [&](const char* tool, const char* error_type, const char* text) {
    const CallResult result = call(tool);
    EXPECT_EQ(result.outcome, Outcome::kError) << tool;
    EXPECT_TRUE(result.is_error) << tool;
    EXPECT_EQ(result.error_type, error_type) << tool;
    EXPECT_EQ(result.text, text) << tool;
    EXPECT_EQ(result.structured, "") << tool;
  };
  expect("invalid_utf8", "bad_reply", "The tool's answer is not valid UTF-8.");
  expect("invalid_json", "bad_reply", "The tool's structured answer is not a JSON object.");
  expect("huge_reply", "bad_reply", "The tool's answer is larger than 1 MiB.");
  expect("no_reply", "no_reply", "The tool ended without an answer.");
}

TEST_F(InProcessInvokerTest, HasWordsForEveryStatus) {
  serve({animal("statuses")});
  const auto expect = [&](int status, Outcome outcome, const std::string& error_type) {
    const std::string number = std::to_string(status);
    const CallResult silent = call("statuses", R"({"status":)" + number + "}");
    EXPECT_EQ(silent.outcome, outcome) << status;
    EXPECT_EQ(silent.error_type, error_type) << status;
    EXPECT_TRUE(silent.is_error) << status;
    EXPECT_NE(silent.text, "") << status;
    const CallResult spoken = call("statuses", R"({"status":)" + number + R"(,"reply":1})");
    EXPECT_EQ(spoken.outcome, outcome) << status;
    EXPECT_TRUE(spoken.is_error) << status;
    EXPECT_EQ(spoken.text, "why") << status;
  };
  expect(ADOMCP_TOOL_ERROR, Outcome::kError, "tool_error");
  expect(ADOMCP_INVALID_ARGUMENT, Outcome::kInvalid, "invalid_argument");
  expect(ADOMCP_DENIED, Outcome::kDenied, "denied");
  expect(ADOMCP_CANCELLED, Outcome::kCancelled, "cancelled");
  expect(ADOMCP_DEADLINE, Outcome::kTimeout, "timeout");
  expect(ADOMCP_UNAVAILABLE, Outcome::kError, "unavailable");
  expect(ADOMCP_INTERNAL, Outcome::kError, "internal");
  expect(ADOMCP_UNKNOWN_OUTCOME, Outcome::kUnknown, "unknown_outcome");
  expect(ADOMCP_NOT_FOUND, Outcome::kError, "not_found");
  expect(ADOMCP_THROTTLED, Outcome::kRateLimited, "throttled");
  expect(ADOMCP_UNSUPPORTED, Outcome::kError, "client_unsupported");
  expect(4711, Outcome::kError, "internal");
}

TEST_F(InProcessInvokerTest, BridgesAzureDevOps) {
  serve({animal("calls_ado")});
  use([](const auto&, const azure_devops::Request& request) -> Result<azure_devops::Response> {
    if (request.project == "Elsewhere") {
      return Error{ErrorCode::kDenied, "Not on the list.", "Ask for Payments."};
    }
    azure_devops::Response response;
    if (request.on_chunk) {
      response.truncated = !(request.on_chunk("abc") && request.on_chunk("def"));
    } else {
      response.status = 203;
      response.body = "body of " + request.path + "?" + request.query;
      response.continuation_token = "next";
    }
    return response;
  });
  azure_devops::CallScope scope;
  std::atomic<std::uint32_t> upstream{0};
  scope.upstream_requests = &upstream;
  const CallResult result = call("calls_ado", "{}", std::move(scope));
  ASSERT_EQ(result.outcome, Outcome::kSuccess) << result.text;
  const auto told = nlohmann::json::parse(result.structured);
  const auto& answers = told.at("answers");
  EXPECT_EQ(answers[0].at("status"), ADOMCP_OK);
  EXPECT_EQ(answers[0].at("http_status"), 203);
  EXPECT_EQ(answers[0].at("body"), "body of one?a=b");
  EXPECT_EQ(answers[0].at("continuation_token"), "next");
  EXPECT_EQ(told.at("pieces"), "abcdef");
  EXPECT_EQ(answers[1].at("truncated"), true);
  EXPECT_EQ(answers[2].at("status"), ADOMCP_DENIED);
  EXPECT_EQ(answers[2].at("error"), "Not on the list. Ask for Payments.");
  EXPECT_EQ(answers[3].at("status"), ADOMCP_INVALID_ARGUMENT);
  EXPECT_THAT(answers[3].at("error").get<std::string>(), HasSubstr("dev, vsrm or vstmr"));
  EXPECT_EQ(told.at("too_many"), ADOMCP_INVALID_ARGUMENT);

  const auto asked = client_->requests();
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0].service, azure_devops::Service::kDev);
  EXPECT_EQ(asked[0].method, "GET");
  EXPECT_EQ(asked[0].accept, "application/json");
  EXPECT_EQ(asked[1].service, azure_devops::Service::kVstmr);
  EXPECT_EQ(result.upstream_requests, 3U);
  EXPECT_EQ(upstream, 3U);
}

TEST_F(InProcessInvokerTest, BoundsWhatACallKeeps) {
  serve({animal("calls_ado")});
  use([](const auto&, const azure_devops::Request& request) -> Result<azure_devops::Response> {
    azure_devops::Response response;
    if (request.path == "one") response.body.assign(std::size_t{33} * 1024 * 1024, 'x');
    return response;
  });
  const auto told = nlohmann::json::parse(call("calls_ado").structured);
  EXPECT_EQ(told.at("answers")[0].at("status"), ADOMCP_UNAVAILABLE);
  EXPECT_THAT(told.at("answers")[0].at("error").get<std::string>(), HasSubstr("too large"));
  EXPECT_EQ(told.at("answers")[2].at("status"), ADOMCP_OK);
}

TEST_F(InProcessInvokerTest, SurvivesAClientThatThrows) {
  serve({animal("calls_ado")});
  use([](const auto&, const auto&) -> Result<azure_devops::Response> {
    throw std::runtime_error("a defect");
  });
  const auto told = nlohmann::json::parse(call("calls_ado").structured);
  EXPECT_EQ(told.at("answers")[0].at("status"), ADOMCP_INTERNAL);
  EXPECT_EQ(told.at("answers")[1].at("status"), ADOMCP_INTERNAL);
}

TEST_F(InProcessInvokerTest, RunsCallsSideBySide) {
  serve({animal("echo")});
  std::vector<std::thread> callers;
  std::atomic<int> good{0};
  for (int caller = 0; caller < 16; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 50; ++i) {
        const std::string text = std::to_string(caller) + "/" + std::to_string(i);
        const CallResult result = call("echo", R"({"text":")" + text + "\"}");
        if (result.structured == R"({"text":")" + text + "\"}") ++good;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(good, 16 * 50);
}

TEST_F(InProcessInvokerTest, StopsAPluginAfterItsLastCall) {
  Pipe pipe;
  PluginSettings witness = animal("witness");
  witness.settings_json = R"({"fd":)" + std::to_string(pipe.writer()) + "}";
  serve({witness});
  const Tool* tool = catalog_->find("witness");
  // The call owns the last of its Catalog.
  const CallResult result = invoker_.call({std::move(catalog_), *tool, "{}", {}, {}});
  EXPECT_EQ(result.text, "seen");
  EXPECT_EQ(pipe.read_some(), "s()x");
}

/// A tool that hangs until it is released.
class HangingTest : public InProcessInvokerTest {
 protected:
  void SetUp() override { serve({animal("hangs"), animal("echo")}); }

  std::string arguments() const {
    return R"({"entered":)" + std::to_string(entered_.writer()) + R"(,"release":)" +
           std::to_string(release_.reader()) + "}";
  }
  void release_and_wait() {
    release_.close_writer();
    while (invoker_.abandoned() > 0) std::this_thread::yield();
  }

  Pipe entered_;
  Pipe release_;
};

TEST_F(HangingTest, TimesOutWhileThePluginHangs) {
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(milliseconds(30));
  const CancelToken cancel = scope.cancel;
  const CallResult result = call("hangs", arguments(), std::move(scope));
  EXPECT_EQ(result.outcome, Outcome::kTimeout);
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, HasSubstr("did not answer in time"));
  EXPECT_THAT(result.text, HasSubstr("may or may not have taken effect"));
  EXPECT_TRUE(cancel.cancelled());
  EXPECT_EQ(invoker_.abandoned(), 1U);
  EXPECT_EQ(call("echo", R"({"text":"on"})").outcome, Outcome::kSuccess);

  release_and_wait();
  EXPECT_TRUE(client_->requests().empty()) << "a late request went out";
  EXPECT_THAT(log_.text(), HasSubstr("[hangs] ado() came after the call was given up"));
  EXPECT_THAT(log_.text(), HasSubstr("[hangs] reply() came after the call was given up"));
}

TEST_F(HangingTest, TheToolsOwnTimeoutCounts) {
  PluginSettings impatient = animal("hangs");
  impatient.timeout = milliseconds(30);
  serve({impatient});
  EXPECT_EQ(call("hangs", arguments()).outcome, Outcome::kTimeout);
  release_and_wait();
}

TEST_F(HangingTest, CancelsWhenTheClientIsGoneAndKeepsTheNotes) {
  std::atomic<bool> gone{false};
  auto running = std::async(std::launch::async, [&] {
    return call("hangs", arguments(), {}, [&] { return gone.load(); });
  });
  EXPECT_EQ(entered_.read_byte(), 'e');
  gone = true;
  const CallResult result = running.get();
  EXPECT_EQ(result.outcome, Outcome::kCancelled);
  EXPECT_EQ(result.run_id, 99);
  release_and_wait();
}

TEST_F(HangingTest, CancelsByToken) {
  azure_devops::CallScope scope;
  const CancelToken cancel = scope.cancel;
  auto running =
      std::async(std::launch::async, [&] { return call("hangs", arguments(), std::move(scope)); });
  EXPECT_EQ(entered_.read_byte(), 'e');
  cancel.cancel();
  EXPECT_EQ(running.get().outcome, Outcome::kCancelled);
  release_and_wait();
}

TEST_F(HangingTest, AnAnswerWithinTheGraceCounts) {
  InProcessInvoker patient(client_, log_.logger(), {1, 1, std::chrono::seconds(60)});
  azure_devops::CallScope scope;
  const CancelToken cancel = scope.cancel;
  auto running = std::async(std::launch::async, [&] {
    return patient.call({catalog_, *catalog_->find("hangs"), arguments(), std::move(scope), {}});
  });
  EXPECT_EQ(entered_.read_byte(), 'e');
  cancel.cancel();
  release_.close_writer();
  const CallResult result = running.get();
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, "late");
  EXPECT_EQ(patient.abandoned(), 0U);
}

TEST_F(HangingTest, RefusesOnceEveryThreadHangs) {
  InProcessInvoker small(client_, log_.logger(), {1, 0, milliseconds(0)});
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(milliseconds(30));
  const Tool& tool = *catalog_->find("hangs");
  EXPECT_EQ(small.call({catalog_, tool, arguments(), std::move(scope), {}}).outcome,
            Outcome::kTimeout);
  const CallResult refused = small.call({catalog_, tool, arguments(), {}, {}});
  EXPECT_EQ(refused.outcome, Outcome::kError);
  EXPECT_EQ(refused.error_type, "unavailable");
  release_.close_writer();
  while (small.abandoned() > 0) std::this_thread::yield();
}

TEST_F(HangingTest, DoesNotStartWhatIsOver) {
  azure_devops::CallScope late;
  late.deadline = Deadline::after(milliseconds(0));
  EXPECT_EQ(call("hangs", arguments(), std::move(late)).outcome, Outcome::kTimeout);
  EXPECT_EQ(call("hangs", arguments(), {}, [] { return true; }).outcome, Outcome::kCancelled);
  EXPECT_EQ(invoker_.abandoned(), 0U);
}

TEST_F(HangingTest, AGivenUpCallKeepsItsCatalog) {
  const std::weak_ptr<const Catalog> watched = catalog_;
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(milliseconds(30));
  call("hangs", arguments(), std::move(scope));
  catalog_.reset();
  EXPECT_FALSE(watched.expired());
  release_and_wait();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace adomcp::plugin_host
