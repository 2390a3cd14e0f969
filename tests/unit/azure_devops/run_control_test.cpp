#include "azure_devops/run_control.h"

#include <nlohmann/json.hpp>

#include "unit/azure_devops/write_fixture.h"

namespace adomcp::azure_devops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kApproval[] = "aab27959-a5be-4ee3-97ca-f19b3602cd2f";
constexpr char kSuite[] = "64dc0df7-f224-4b3b-a251-f67cbe9cf7a3";

std::string in_payments(const std::string& members) {
  return R"({"project":{"id":")" + std::string(kPayments) + "\"}," + members + "}";
}

/// Asks Azure DevOps in the name of whoever asks.
class OwnNames final : public outbound_identity::IdentitySource {
 public:
  explicit OwnNames(std::shared_ptr<outbound_identity::Credential> credential)
      : credential_(std::move(credential)) {}
  std::shared_ptr<outbound_identity::Credential> of(const Principal&,
                                                    const std::shared_ptr<const Secret>&) override {
    return credential_;
  }
  bool per_person() const override { return true; }

 private:
  std::shared_ptr<outbound_identity::Credential> credential_;
};

/// A server with run 7 of pipeline 12, whose PATCH does as the test says.
class RunControlTest : public ClientTest {
 protected:
  RunControlTest() {
    ControlScope all;
    all.pipelines = all.stages = all.environments = {"*"};
    all.branches = std::vector<std::string>{"main"};
    control_.emplace();
    control_->retry_stages = control_->cancel_runs = control_->decide_approvals = all;
    control_->confirm = Confirm::kNever;
    scope_.read_only = false;
    scope_.gate = gate_;
  }

  std::unique_ptr<ScriptedServer> start(ScriptedServer::Script patch) {
    return serve([this, patch = std::move(patch)](Peer& peer, const Received& got) {
      if (got.method == "PATCH") return patch(peer, got);
      for (const auto& [part, body] : answers_) {
        if (got.target.find(part) == std::string::npos) continue;
        if (body.empty()) return peer.answer(404, "application/json", R"({"message":"no"})");
        return peer.json(body);
      }
      peer.answer(404, "application/json", R"({"message":"no"})");
    });
  }

  void in_own_name() {
    identities_ = outbound_identity::same_for_all(credential_);
    identities_.writes = std::make_shared<OwnNames>(credential_);
    scope_.user_token = std::make_shared<const Secret>("a person's token");
  }

  Result<Response> patch(const std::string& path, const std::string& body,
                         const std::string& query = {}) {
    Request request;
    request.method = "PATCH";
    request.path = path;
    request.query = query;
    request.content_type = "application/json";
    request.body = body;
    return client_->send(scope_, request);
  }
  Result<Response> retry() { return patch("build/builds/7/stages/Deploy", R"({"state":"retry"})"); }
  Result<Response> cancel() { return patch("build/builds/7", R"({"status":"cancelling"})"); }
  Result<Response> decide() {
    return patch("pipelines/approvals", R"([{"approvalId":")" + std::string(kApproval) +
                                            R"(","status":"approved","comment":"ok"}])");
  }
  std::vector<std::string> sent() const {
    std::vector<std::string> out;
    for (const auto& request : server_->requests()) {
      if (request.method == "PATCH") out.push_back(request.target + " " + request.body);
    }
    return out;
  }

  /// Looked through in this order.
  std::vector<std::pair<std::string, std::string>> answers_ = {
      {"builds/7/timeline",
       R"({"records":[{"id":"s","type":"Stage","identifier":"Deploy","name":"To staging","attempt":2},
        {"id":")" +
           std::string(kSuite) + R"(","parentId":"s","type":"Checkpoint"},
        {"id":")" +
           kApproval + R"(","parentId":")" + kSuite + R"(","type":"Checkpoint.Approval"}]})"},
      {"builds/7", in_payments(R"("id":7,"buildNumber":"7.1","status":"completed","result":"failed",
        "sourceBranch":"refs/heads/main","definition":{"id":12,"name":"api-ci","path":"\\"})")},
      {std::string("approvals/") + kApproval,
       R"({"status":"pending","pipeline":{"owner":{"id":7}}})"},
      {std::string("checks/runs/") + kSuite,
       R"({"checkRuns":[{"id":"x","checkConfigurationRef":{"resource":{"type":"environment","id":"3"}}}]})"},
      {"environments/3", in_payments(R"("id":3,"name":"api-staging")")}};
  std::shared_ptr<FakeGate> gate_ = std::make_shared<FakeGate>();
};

void accept(Peer& peer, const Received&) {
  peer.json(R"({"id":7,"status":"cancelling"})");
}

TEST_F(RunControlTest, SendsWhatWasDecidedAndNothingElse) {
  in_own_name();
  const auto serving = start(accept);
  ASSERT_TRUE(retry()) << retry().error().text();
  ASSERT_TRUE(cancel());
  ASSERT_TRUE(decide());
  const auto requests = sent();
  const std::string base = "/contoso/" + std::string(kPayments) + "/_apis/";
  EXPECT_THAT(
      requests,
      ElementsAre(base + "build/builds/7/stages/Deploy?api-version=7.1 "
                         R"({"forceRetryAllJobs":false,"state":"retry"})",
                  base + R"(build/builds/7?api-version=7.1 {"status":"cancelling"})",
                  base + "pipelines/approvals?api-version=7.2-preview.2 "
                         R"([{"approvalId":"aab27959-a5be-4ee3-97ca-f19b3602cd2f","comment":"ok",)"
                         R"("status":"approved"}])"));
  ASSERT_EQ(gate_->resolutions.size(), 3U);
  EXPECT_EQ(gate_->resolutions[2].environments, std::vector<std::string>{"api-staging"});
  EXPECT_EQ(gate_->resolutions[2].stage, "Deploy");
  EXPECT_EQ(gate_->unasked, 3);
}

TEST_F(RunControlTest, AnEmptyAnswerIsAGoodOne) {
  const auto serving = start([](Peer& peer, const Received&) { peer.answer(204, "", ""); });
  EXPECT_TRUE(retry());
}

struct Fault {
  const char* about;
  ScriptedServer::Script script;
  ErrorCode code;
  const char* words;
};
const std::vector<Fault> kFaults = {
    {"no answer", [](Peer& peer, const Received&) { peer.close(); }, ErrorCode::kUnknown,
     "It is unknown whether this was done"},
    {"half an answer",
     [](Peer& peer, const Received&) {
       peer.send(
           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{");
       peer.close();
     },
     ErrorCode::kUnknown, "It is unknown whether this was done"},
    {"no JSON", [](Peer& peer, const Received&) { peer.json("{broken"); }, ErrorCode::kUnknown,
     "its answer can't be read"},
    {"a failure of theirs",
     [](Peer& peer, const Received&) { peer.answer(503, "application/json", "{}"); },
     ErrorCode::kUnknown, "It is unknown whether this was done"},
    {"another project's answer",
     [](Peer& peer, const Received&) {
       peer.json(R"({"id":7,"project":{"id":")" + std::string(kPlatform) + "\"}}");
     },
     ErrorCode::kUnknown, "its answer can't be read"},
    {"a refusal",
     [](Peer& peer, const Received&) {
       peer.answer(400, "application/json", R"({"message":"The stage is not in a final state."})");
     },
     ErrorCode::kInvalid, "The stage is not in a final state."},
    {"nobody may", [](Peer& peer, const Received&) { peer.answer(403, "application/json", "{}"); },
     ErrorCode::kDenied, ""},
    {"too much asked",
     [](Peer& peer, const Received&) { peer.answer(429, "application/json", "{}"); },
     ErrorCode::kThrottled, ""},
    {"a bad token", [](Peer& peer, const Received&) { peer.answer(401, "", ""); },
     ErrorCode::kDenied, ""}};

TEST_F(RunControlTest, NoFaultMakesItSendTwice) {
  in_own_name();
  for (const Fault& fault : kFaults) {
    const auto serving = start(fault.script);
    for (const auto& result : {retry(), cancel(), decide()}) {
      ASSERT_FALSE(result) << fault.about;
      EXPECT_EQ(result.error().code, fault.code) << fault.about << ": " << result.error().text();
      EXPECT_THAT(result.error().message, HasSubstr(fault.words)) << fault.about;
    }
    EXPECT_EQ(sent().size(), 3U) << fault.about;
  }
}

TEST_F(RunControlTest, LooksOnceAfterAnUnclearEnd) {
  in_own_name();
  const auto serving = start([](Peer& peer, const Received&) { peer.close(); });
  EXPECT_THAT(retry().error().message,
              HasSubstr("the stage is at attempt 2; it was at attempt 2 before"));
  EXPECT_THAT(cancel().error().message, HasSubstr("the run is 'failed'"));
  EXPECT_THAT(decide().error().message, HasSubstr("the approval is 'pending'"));
}

TEST_F(RunControlTest, WhatIsNotTheProjectsIsNotThere) {
  const auto serving = start(accept);
  answers_[1].second = R"({"id":7,"project":{"id":")" + std::string(kPlatform) +
                       R"("},"sourceBranch":"refs/heads/main","definition":{"id":12,"name":"x"}})";
  const auto elsewhere = cancel();
  answers_[1].second.clear();
  const auto missing = cancel();
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().text(), missing.error().text());
  EXPECT_EQ(elsewhere.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(RunControlTest, WhatIsUnclearIsRefused) {
  in_own_name();
  const auto serving = start(accept);
  EXPECT_THAT(patch("build/builds/7/stages/Other", R"({"state":"retry"})").error().text(),
              HasSubstr("Run 7 has no stage 'Other'"));
  answers_[2].second = R"({"status":"pending"})";
  EXPECT_THAT(decide().error().message, HasSubstr("does not say which run approval"));
  answers_[1].second = in_payments(R"("id":7,"definition":{"id":12,"name":"x"})");
  EXPECT_THAT(cancel().error().message, HasSubstr("does not say which pipeline and branch"));
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(RunControlTest, AnEnvironmentThatCantBeReadIsUnclear) {
  in_own_name();
  for (const std::size_t missing : {3U, 4U}) {
    const auto kept = answers_;
    answers_[missing].second.clear();
    control_->decide_approvals->environments = {"api-*"};
    const auto serving = start(accept);
    const auto refused = decide();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("does not say which environment"));
    EXPECT_THAT(sent(), IsEmpty());
    answers_ = kept;
  }
  const auto serving = start(accept);
  EXPECT_TRUE(decide());
}

TEST_F(RunControlTest, ApprovalsAreDecidedInOnesOwnNameOrNotAtAll) {
  {
    const auto serving = start(accept);
    scope_.user_token = std::make_shared<const Secret>("a person's token");
    EXPECT_EQ(decide().error().code, ErrorCode::kDenied);  // the host's own credential
    EXPECT_THAT(sent(), IsEmpty());
  }
  in_own_name();
  const auto serving = start(accept);
  scope_.user_token = nullptr;
  EXPECT_THAT(decide().error().message, HasSubstr("in a person's own name, or not at all"));
  scope_.user_token = std::make_shared<const Secret>("a program's token");
  scope_.principal.application = true;
  EXPECT_THAT(decide().error().message, HasSubstr("in a person's own name, or not at all"));
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(gate_->refusals,
              ElementsAre("control.own_name", "control.own_name", "control.own_name"));
}

TEST_F(RunControlTest, InstructionsAreCleanedAndSaidToBeCut) {
  in_own_name();
  control_->confirm = Confirm::kAlways;
  const auto serving = start(accept);
  const auto instructions = [&](const std::string& text) {
    answers_[2].second =
        nlohmann::json{
            {"status", "pending"}, {"instructions", text}, {"pipeline", {{"owner", {{"id", 7}}}}}}
            .dump();
    EXPECT_EQ(decide().error().code, ErrorCode::kUnconfirmed);
    return gate_->asked.back();
  };
  const std::string secret = "ghp_" + std::string(36, 'a');
  const auto hidden = instructions("Look first\u202e. token=" + secret).summary;
  EXPECT_THAT(hidden, HasSubstr("Look first"));
  EXPECT_THAT(hidden, testing::Not(HasSubstr(secret)));
  const auto one = instructions(std::string(600, 'x') + " Do NOT approve");
  EXPECT_THAT(one.summary,
              HasSubstr("x\" and 115 more bytes, which are to be read in Azure DevOps"));
  EXPECT_NE(one.digest, instructions(std::string(600, 'x') + " Do approve now").digest);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(RunControlTest, APersonConfirmsExactlyWhatIsSent) {
  control_->confirm = Confirm::kAlways;
  control_->two_step = true;
  const auto serving = start(accept);
  const auto asked = retry();
  EXPECT_EQ(asked.error().code, ErrorCode::kUnconfirmed);
  EXPECT_THAT(asked.error().message, HasSubstr("Nothing was changed, because a person has to"));
  ASSERT_EQ(gate_->asked.size(), 1U);
  EXPECT_TRUE(gate_->asked[0].two_step);
  EXPECT_THAT(sent(), IsEmpty());
  gate_->confirms = gate_->asked[0].digest;
  EXPECT_TRUE(retry());
  answers_[0].second.replace(answers_[0].second.find("\"attempt\":2"), 11, "\"attempt\":3");
  EXPECT_EQ(retry().error().code, ErrorCode::kUnconfirmed);  // somebody retried it meanwhile
  EXPECT_EQ(sent().size(), 1U);
}

TEST_F(RunControlTest, ToolsThatReadAndOtherRequestsAreRefused) {
  const auto serving = start(accept);
  for (const char* path :
       {"build/builds/0", "build/builds/7/", "build/builds/7/stages", "build/builds/7/stages/a%20b",
        "build/builds/7/tags/x", "build/builds", "pipelines/approvals/x", "release/releases/7",
        "build/definitions/7", "build/builds/7/stages/a/b", "build/Builds/7x"}) {
    EXPECT_FALSE(patch(path, R"({"status":"cancelling"})")) << path;
  }
  EXPECT_FALSE(patch("build/builds/7", R"({"status":"cancelling"})", "retry=true"));
  EXPECT_FALSE(patch("build/builds/7", R"({"status":"cancelling","keepForever":true})"));
  scope_.read_only = true;
  EXPECT_THAT(cancel().error().message, HasSubstr("the tool is declared read only"));
  EXPECT_THAT(sent(), IsEmpty());
}

}  // namespace
}  // namespace adomcp::azure_devops
