#include "azure_devops/run_starter.h"

#include <nlohmann/json.hpp>

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A server with one pipeline whose POST does as the test says.
class WriteTest : public ClientTest {
 protected:
  std::unique_ptr<ScriptedServer> start(ScriptedServer::Script post) {
    scope_.read_only = false;
    return serve([this, post = std::move(post)](Peer& peer, const Received& got) {
      if (got.method == "POST") return post(peer, got);
      if (got.target.find("/build/definitions/") != std::string::npos) {
        if (definition_.empty()) return peer.answer(404, "application/json", R"({"message":"no"})");
        return peer.answer(200, "application/json", definition_,
                           "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\n");
      }
      peer.json(builds_);
    });
  }

  Result<Response> run(const std::string& body, int pipeline = 12) {
    Request request;
    request.method = "POST";
    request.path = "pipelines/" + std::to_string(pipeline) + "/runs";
    request.content_type = "application/json";
    request.body = body;
    return client_->send(scope_, request);
  }

  json posted() const {
    for (const auto& request : server_->requests()) {
      if (request.method == "POST") return json::parse(request.body);
    }
    return nullptr;
  }

  std::string definition_ = R"({"id":12,"name":"api-ci","project":{"id":")" +
                            std::string(kPayments) +
                            R"("},"repository":{"defaultBranch":"refs/heads/main"}})";
  std::string builds_ = R"({"count":0,"value":[]})";
};

/// Confirms what the test says, and remembers what came by.
class FakeGate final : public WriteGate {
 public:
  void refused(const Decision& decision) override { refusals.push_back(decision.rule); }
  void passed() override { ++unasked; }
  bool confirmed(const PendingWrite& write) override {
    asked.push_back(write);
    return write.digest == confirms || says_yes;
  }

  std::vector<std::string> refusals;
  std::vector<PendingWrite> asked;
  int unasked = 0;
  std::string confirms;
  bool says_yes = false;
};

constexpr char kOnMain[] = R"({"resources":{"repositories":{"self":{"refName":"main"}}}})";

void accept_run(Peer& peer, const Received&) {
  peer.json(R"({"id":5001,"state":"inProgress"})");
}

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

TEST_F(WriteTest, APreviewIsForReadersTooAndNeverUnknown) {
  std::atomic<bool> dies = false;
  const auto serving = start([&](Peer& peer, const Received&) {
    if (dies) return peer.reset();
    peer.json(R"({"finalYaml":"steps: []"})");
  });
  scope_.read_only = true;
  Request request;
  request.method = "POST";
  request.path = "pipelines/12/preview";
  request.body = R"({"previewRun":true,"resources":{"repositories":{"self":{"refName":"x"}}}})";
  const auto response = client_->send(scope_, request);
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(posted(), json::parse(R"({"previewRun":true,
    "resources":{"repositories":{"self":{"refName":"refs/heads/x"}}}})"));
  request.body = R"({"yamlOverride":"x"})";
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kInvalid);
  request.body = "";
  dies = true;
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server_->count("POST", ""), 2u);
}

/// Every run of the project has to be confirmed.
class ConfirmedWriteTest : public WriteTest {
 protected:
  ConfirmedWriteTest() {
    confirm_ = Confirm::kAlways;
    scope_.gate = gate_;
  }

  std::shared_ptr<FakeGate> gate_ = std::make_shared<FakeGate>();
};

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
    "variables":{"LOG_LEVEL":{"value":"s3cret","isSecret":true}}})");
  EXPECT_EQ(refused.error().code, ErrorCode::kUnconfirmed);
  EXPECT_EQ(server_->count("POST", ""), 0u);
  ASSERT_EQ(gate_->asked.size(), 1u);
  const auto& asked = gate_->asked.front();
  EXPECT_EQ(asked.summary,
            R"(Start pipeline 12 "api-ci" of project "Payments" in organization "contoso" on )"
            R"(branch "refs/heads/main", setting the variables "LOG_LEVEL" (secret), with the )"
            R"(parameters "flag" = "true".)");
  EXPECT_EQ(asked.digest.size(), 64u);
  EXPECT_TRUE(asked.two_step);
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
