#include "azure_devops/run_starter.h"

#include "unit/azure_devops/write_fixture.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST_F(WriteTest, APipelineOfAnotherProjectIsAsIfItWereNotThere) {
  const auto serving = start(accept_run);
  definition_ = R"({"id":12,"name":"api-ci","project":{"id":")" + std::string(kPlatform) + R"("}})";
  const auto elsewhere = run(kOnMain);
  ASSERT_FALSE(elsewhere);
  definition_.clear();  // a 404
  const auto missing = run(kOnMain);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(elsewhere.error().code, missing.error().code);
  EXPECT_EQ(elsewhere.error().text(), missing.error().text());
  EXPECT_EQ(posted(), nullptr);
}

TEST_F(WriteTest, SendsWhatWasDecided) {
  const auto serving = start(accept_run);
  const auto response = run(
      R"({"resources":{"repositories":{"self":{"refName":"release/1"}}},
          "templateParameters":{"flag":true,"name":"x"},
          "variables":{"LOG_LEVEL":{"value":"debug"}}})");
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(json::parse(response->body)["id"], 5001);
  EXPECT_EQ(posted(), json::parse(R"({
    "resources":{"repositories":{"self":{"refName":"refs/heads/release/1"}}},
    "templateParameters":{"flag":"true","name":"x"},
    "variables":{"LOG_LEVEL":{"value":"debug","isSecret":false}}})"));
  EXPECT_EQ(
      server_->count("POST", std::string(kPayments) + "/_apis/pipelines/12/runs?api-version="), 1u);
}

TEST_F(WriteTest, GoesOutOnAFreshConnection) {
  const auto serving = start(accept_run);
  ASSERT_TRUE(get("build/builds"));
  ASSERT_TRUE(run(kOnMain));
  const auto requests = server_->requests();
  EXPECT_EQ(requests[0].connection, requests[1].connection);
  EXPECT_NE(requests[1].connection, requests[2].connection);
}

TEST_F(WriteTest, NamesTheDefaultBranchItself) {
  const auto serving = start(accept_run);
  ASSERT_TRUE(run("{}"));
  EXPECT_EQ(posted()["resources"]["repositories"]["self"]["refName"], "refs/heads/main");
}

TEST_F(WriteTest, ATfvcPathIsNoGitBranch) {
  definition_ = R"({"id":12,"name":"api-ci","repository":{"defaultBranch":"$/Payments/Main"}})";
  const auto serving = start(accept_run);
  for (const char* body :
       {"{}", R"({"resources":{"repositories":{"self":{"refName":"$/Payments/Main"}}}})"}) {
    const auto refused = run(body);
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("Branch '$/Payments/Main' may not be run"));
  }
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(WriteTest, EveryReasonOfARefusalIsTold) {
  const auto serving = start([](Peer& peer, const Received&) {
    peer.answer(400, "application/json", R"({"$id":"1","customProperties":{"ValidationResults":[
      {"result":"error","message":"A value for the 'region' parameter must be provided."},
      {"result":"error","message":"A value for the 'ring' parameter must be provided."}]},
      "innerException":null,"message":"Could not queue the build.","errorCode":0,"eventId":3000})");
  });
  const auto refused = run(kOnMain);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(
      refused.error().message,
      HasSubstr("(400): \"Could not queue the build. (1) A value for the 'region' parameter "
                "must be provided. (2) A value for the 'ring' parameter must be provided."));
}

TEST_F(WriteTest, IsDecidedOnWhatItResolvesTo) {
  definition_ = R"({"id":12,"name":"api-ci","repository":{"defaultBranch":"refs/heads/develop"}})";
  const auto serving = start(accept_run);
  const auto refused = run("{}");
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("'refs/heads/develop' may not be run"));
  EXPECT_THAT(run(kOnMain, 13).error().message, HasSubstr("Pipeline 13 'api-ci' may not"));
  EXPECT_THAT(run(R"({"resources":{"repositories":{"self":{"refName":"refs/tags/main"}}}})")
                  .error()
                  .message,
              HasSubstr("refs/tags/main"));
  EXPECT_THAT(run(R"({"variables":{"PATH":{"value":"x"}}})").error().code, ErrorCode::kDenied);
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(WriteTest, IsRefusedWhereNothingMayBeStarted) {
  definition_ = R"({"id":12,"name":"api-ci"})";
  const auto serving = start(accept_run);
  scope_.read_only = true;
  EXPECT_THAT(run(kOnMain).error().message, HasSubstr("declared read only"));
  scope_.read_only = false;
  scope_.project = "Platform";
  EXPECT_THAT(run(kOnMain).error().message, HasSubstr("has no trigger block"));
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(WriteTest, UntypedBodiesNeverLeave) {
  const auto serving = start(accept_run);
  EXPECT_EQ(run(R"({"yamlOverride":"steps: []"})").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(run(R"({"previewRun":true})").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(count_, 0u);
}

TEST_F(WriteTest, IsSentOnceWhenTheConnectionDiesAfterTheBody) {
  builds_ = R"({"value":[{"id":5001,"queueTime":"2026-11-23T12:00:01.1234567Z"},
                         {"id":4990,"queueTime":"2026-11-23T11:59:59Z"}]})";
  const auto serving = start([](Peer& peer, const Received&) { peer.reset(); });
  const auto unknown = run(kOnMain);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUnknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("run 5001 was queued at 2026-11-23T12:00:01Z"));
  EXPECT_THAT(unknown.error().message, testing::Not(HasSubstr("4990")));
  EXPECT_EQ(server_->count("POST", ""), 1u);
  EXPECT_EQ(server_->count("GET", "build/builds?definitions=12&branchName=refs%2Fheads%2Fmain"),
            1u);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(WriteTest, SaysWhenNoNewRunIsVisible) {
  const auto serving = start([](Peer& peer, const Received&) { peer.close(); });
  EXPECT_THAT(run(kOnMain).error().message,
              HasSubstr("No new run of this pipeline is visible on refs/heads/main."));
}

TEST_F(WriteTest, SaysWhenLookingFailsToo) {
  builds_ = "{";
  const auto serving = start([](Peer& peer, const Received&) { peer.close(); });
  EXPECT_THAT(run(kOnMain).error().message, HasSubstr("Looking afterwards failed too"));
}

TEST_F(WriteTest, ServerErrorsAndBrokenAnswersAreUnknown) {
  const std::vector<std::string> bad{
      "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"id\"",
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{\"",
      "HTTP/1.1 2"};
  std::atomic<std::size_t> next = 0;
  const auto serving = start([&](Peer& peer, const Received&) {
    peer.send(bad[next++]);
    peer.close();
  });
  for (const auto& answer : bad)
    EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnknown) << answer;
  EXPECT_EQ(server_->count("POST", ""), bad.size());
}

TEST_F(WriteTest, DefiniteRefusalsAreDefinite) {
  std::atomic<int> status = 400;
  const auto serving = start([&](Peer& peer, const Received&) {
    peer.answer(status, "application/json", R"({"message":"no"})", "Retry-After: 1\r\n");
  });
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kInvalid);
  status = 401;
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kDenied);
  status = 203;
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kDenied);
  status = 429;
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kThrottled);
  EXPECT_EQ(server_->count("POST", ""), 4u);
}

TEST_F(WriteTest, NoAnswerInTimeIsUnknownAndLeavesTimeToLook) {
  const auto serving = start([](Peer&, const Received&) {});
  scope_.deadline = Deadline::after(std::chrono::milliseconds(1000));
  const auto unknown = run(kOnMain);
  EXPECT_EQ(unknown.error().code, ErrorCode::kUnknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("did not answer in time"));
  EXPECT_EQ(server_->count("GET", "build/builds?"), 1u);
}

TEST_F(WriteTest, ACancelAfterSendingIsUnknown) {
  const auto serving = start([this](Peer&, const Received&) { scope_.cancel.cancel(); });
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnknown);
  EXPECT_EQ(server_->count("GET", "build/builds?"), 0u);
}

TEST_F(ConfirmedWriteTest, WithoutAGateNothingIsSent) {
  const auto serving = start(accept_run);
  scope_.gate = nullptr;
  const auto refused = run(kOnMain);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(refused.error().message, HasSubstr("a person has to confirm"));
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(ConfirmedWriteTest, AnUnconfirmedWriteIsDescribedAndNotSent) {
  two_step_ = true;
  const auto serving = start(accept_run);
  const auto refused = run(R"({"templateParameters":{"flag":true},
    "variables":{"LOG_LEVEL":{"value":"debug  x"}}})");
  EXPECT_EQ(refused.error().code, ErrorCode::kUnconfirmed);
  EXPECT_EQ(server_->count("POST", ""), 0u);
  ASSERT_EQ(gate_->asked.size(), 1u);
  const auto& asked = gate_->asked.front();
  EXPECT_THAT(asked.summary, HasSubstr(R"(Start pipeline 12 "api-ci" in the root folder of )"));
  EXPECT_THAT(asked.summary, HasSubstr(R"(on branch "refs/heads/main" (commit not known).)"));
  EXPECT_THAT(asked.summary, HasSubstr(R"(- setting the variable "LOG_LEVEL" = "debug \u0020x")"));
  EXPECT_THAT(asked.summary, HasSubstr(R"(- setting the parameter "flag" = "true")"));
  EXPECT_EQ(asked.digest.size(), 64u);
  EXPECT_TRUE(asked.two_step);
}

TEST_F(ConfirmedWriteTest, WhatCanNotBeShownWholeIsRefusedWithTheReason) {
  const auto serving = start(accept_run);
  const auto secret = run(R"({"variables":{"LOG_LEVEL":{"value":"s3cret","isSecret":true}}})");
  EXPECT_EQ(secret.error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(secret.error().message, HasSubstr("is marked secret"));
  const auto longer =
      run(json{{"templateParameters", {{"script", std::string(5000, 'x')}}}}.dump());
  EXPECT_THAT(longer.error().message, HasSubstr("too long to confirm"));
  ASSERT_EQ(gate_->asked.size(), 2u);
  for (const auto& asked : gate_->asked) EXPECT_FALSE(asked.hidden.empty());
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(ConfirmedWriteTest, AConfirmedWriteIsSentOnce) {
  const auto serving = start(accept_run);
  EXPECT_EQ(run(kOnMain).error().code, ErrorCode::kUnconfirmed);
  EXPECT_FALSE(gate_->asked.front().two_step);
  gate_->confirms = gate_->asked.front().digest;
  ASSERT_TRUE(run(kOnMain));
  EXPECT_EQ(server_->count("POST", ""), 1u);
}

TEST_F(ConfirmedWriteTest, TheDefaultBranchIsWhatItWasWhenConfirmed) {
  const auto serving = start(accept_run);
  EXPECT_EQ(run("{}").error().code, ErrorCode::kUnconfirmed);
  gate_->confirms = gate_->asked.front().digest;
  definition_ =
      R"({"id":12,"name":"api-ci","repository":{"defaultBranch":"refs/heads/release/9"}})";
  EXPECT_EQ(run("{}").error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(gate_->asked.back().summary, HasSubstr("refs/heads/release/9"));
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(ConfirmedWriteTest, ARefusedWriteIsNoQuestion) {
  const auto serving = start(accept_run);
  gate_->says_yes = true;
  EXPECT_EQ(run(R"({"resources":{"repositories":{"self":{"refName":"dev"}}}})").error().code,
            ErrorCode::kDenied);
  EXPECT_EQ(run(R"({"stagesToSkip":["Test"]})").error().code, ErrorCode::kDenied);
  EXPECT_THAT(gate_->refusals, testing::ElementsAre("trigger.branches", "trigger.skip_stages"));
  EXPECT_TRUE(gate_->asked.empty());
  EXPECT_EQ(gate_->unasked, 0);
  EXPECT_EQ(server_->count("POST", ""), 0u);
}

TEST_F(WriteTest, AWriteThatNeedsNoConfirmationIsNoQuestion) {
  const auto gate = std::make_shared<FakeGate>();
  scope_.gate = gate;
  const auto serving = start(accept_run);
  ASSERT_TRUE(run(kOnMain));
  EXPECT_TRUE(gate->asked.empty());
  EXPECT_EQ(gate->unasked, 1);
}

TEST_F(ClientTest, AWriteToAnUnreachableServerWasNotSent) {
  auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  serving.reset();
  UpstreamRequest request;
  request.asked.organization = "contoso";
  request.target = "/contoso/x/_apis/pipelines/12/runs";
  EXPECT_EQ(upstream_->post_once(request).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace adomcp::azure_devops
