#include "azure_devops/rest_client.h"

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(ClientTest, AsksByProjectIdWithVersionAndToken) {
  const auto serving = serve([](Peer& peer, const Received&) {
    peer.answer(200, "application/json", R"({"count":0,"value":[]})",
                "x-ms-continuationtoken: next page\r\n");
  });
  const auto response = get("build/builds", "$top=5");
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->continuation_token, "next page");
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_FALSE(response->truncated);
  const auto requests = server_->requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].target,
            std::string("/contoso/") + kPayments + "/_apis/build/builds?$top=5&api-version=7.1");
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer secret-token-1");
  EXPECT_EQ(requests[0].headers.at("accept"), "application/json");
  EXPECT_EQ(requests[0].headers.at("host"), "127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_EQ(count_, 1u);
}

TEST_F(ClientTest, KeepsItsConnection) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  ASSERT_TRUE(get("build/builds/1"));
  ASSERT_TRUE(get("build/builds/2"));
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(ClientTest, ReadsAnyListedProjectAndNoOther) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  Request request;
  request.path = "build/builds";
  request.project = "platform";
  EXPECT_TRUE(client_->send(scope_, request));
  request.project = "Secret";
  const auto refused = client_->send(scope_, request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("Allowed: Payments, Platform, Lost."));
  request.project = "Lost";
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kDenied);
  request.project = "";
  request.organization = "fabrikam";
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kDenied);
  EXPECT_EQ(server_->requests().size(), 1u);
}

TEST_F(ClientTest, RefusedRequestsNeverLeave) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  EXPECT_EQ(get("../Secret/_apis/build/builds").error().code, ErrorCode::kInvalid);
  Request request;
  request.method = "DELETE";
  request.path = "build/builds/12";
  const auto refused = client_->send(scope_, request);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("DELETE build/builds/12"));
  EXPECT_EQ(count_, 0u);
}

TEST_F(ClientTest, AnotherProjectsThingsAreAsIfTheyWereNotThere) {
  const std::string other = std::string(R"({"id":")") + kPlatform + R"(","name":"Platform"})";
  const std::string foreign[] = {
      R"({"id":7,"project":)" + other + "}",
      R"({"id":7,"projectReference":)" + other + "}",
      R"({"id":7,"teamProject":)" + other + "}",
      R"({"count":1,"value":[{"id":7,"project":)" + other + "}]}",
      R"([{"id":7,"project":)" + other + "}]",
      R"({"id":7,"project":{"id":7}})",
  };
  std::string body;
  const auto serving = serve([&](Peer& peer, const Received&) {
    if (!body.empty()) return peer.json(body);
    peer.answer(404, "application/json", R"({"message":"VS402323: build 7 could not be found."})");
  });
  for (const char* path :
       {"build/builds/7", "build/builds/7/timeline", "build/builds/7/logs/3", "pipelines/7",
        "pipelines/7/runs/9", "build/definitions/7", "release/releases/7", "git/repositories/x",
        "test/runs/7", "wit/workitems/7", "pipelines/approvals/1234", "build/builds/7/artifacts"}) {
    body.clear();
    count_ = 0;
    const auto missing = get(path);
    ASSERT_FALSE(missing) << path;
    EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(missing.error().message, HasSubstr(path));
    const auto asked = count_.exchange(0);
    for (const auto& answer : foreign) {
      body = answer;
      const auto elsewhere = get(path);
      ASSERT_FALSE(elsewhere) << path << answer;
      EXPECT_EQ(elsewhere.error().code, missing.error().code) << path << answer;
      EXPECT_EQ(elsewhere.error().message, missing.error().message) << path << answer;
      EXPECT_EQ(elsewhere.error().hint, missing.error().hint) << path << answer;
      EXPECT_EQ(elsewhere.error().retry_after, missing.error().retry_after);
      EXPECT_EQ(count_.exchange(0), asked) << "no further request tells either";
    }
  }
}

TEST_F(ClientTest, RefusesAnswersInAnotherForm) {
  const auto serving = serve([](Peer& peer, const Received& got) {
    const bool text = got.target.find("builds/7") != std::string::npos;
    peer.answer(200, text ? "text/plain" : "application/json", R"({"id":)");
  });
  EXPECT_THAT(get("build/builds/7").error().message, HasSubstr("something other than JSON"));
  EXPECT_THAT(get("build/builds/8").error().message, HasSubstr("broken JSON"));
}

TEST_F(ClientTest, SignInPagesAreTriedOnceWithANewToken) {
  const auto serving = serve([](Peer& peer, const Received& got) {
    if (got.headers.at("authorization") == "Bearer secret-token-1") {
      peer.answer(203, "text/html", "<html>sign in</html>");
    } else {
      peer.json("{}");
    }
  });
  EXPECT_TRUE(get("build/builds"));
  EXPECT_EQ(count_, 2u);
  EXPECT_THAT(waits_, ElementsAre());
}

class SignIn : public ClientTest, public testing::WithParamInterface<const char*> {};

TEST_P(SignIn, IsSaidAfterTwoTries) {
  const std::string answer = GetParam();
  const auto serving = serve([&](Peer& peer, const Received&) { peer.send(answer); });
  const auto refused = get("build/builds");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().text(), HasSubstr("credential of organization 'contoso'"));
  EXPECT_THAT(refused.error().text(), Not(HasSubstr("secret-token")));
  EXPECT_EQ(count_, 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, SignIn,
    testing::Values("HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n"
                    "Content-Length: 0\r\n\r\n",
                    "HTTP/1.1 203 X\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                    "Content-Length: 6\r\n\r\n<html>",
                    "HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n"));

TEST_F(ClientTest, ACredentialThatFailsSendsNothing) {
  credential_->fails = "Run az login.";
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  EXPECT_EQ(get("build/builds").error().message, "Run az login.");
  credential_->fails.clear();
  credential_->prefix = "Bearer x\r\nEvil: 1";
  EXPECT_THAT(get("build/builds").error().message, HasSubstr("is no token"));
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(ClientTest, ErrorsSayWhatToCheckAndNeverTheToken) {
  const auto serving = serve([](Peer& peer, const Received&) {
    peer.answer(400, "application/json",
                R"({"message":"VS800075: no project, token secret-token-1\r\n\u001b[2J"})");
  });
  const auto error = get("build/builds/9").error();
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.text(), HasSubstr("build/builds/9"));
  EXPECT_THAT(error.text(), HasSubstr("VS800075"));
  EXPECT_THAT(error.text(), Not(HasSubstr("secret-token")));
  EXPECT_THAT(error.text(), Not(HasSubstr("\x1b")));
  EXPECT_EQ(count_, 1u);
}

TEST_F(ClientTest, ACancelledOrFinishedCallSendsNothing) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  scope_.deadline = Deadline::after(milliseconds(0));
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kTimeout);
  scope_.cancel.cancel();
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kCancelled);
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(ClientTest, CancelWakesAWaitingRequest) {
  const auto serving = serve([this](Peer&, const Received&) { scope_.cancel.cancel(); });
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kCancelled);
  EXPECT_EQ(count_, 1u);
}

TEST_F(ClientTest, AShortTimeoutEndsASilentAnswer) {
  const auto serving = serve([](Peer& peer, const Received&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf");
  });
  Request request;
  request.path = "build/builds/1/logs/2";
  request.accept = "text/plain";
  request.timeout = milliseconds(100);
  EXPECT_EQ(client_->send(scope_, request).error().code, ErrorCode::kTimeout);
}

TEST_F(ClientTest, ANewSourceOfPolicyIsAskedEachTime) {
  const auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  auto policy = std::make_shared<policy::Policy>();
  RestClient client(upstream_, [&] { return policy; });
  Request request;
  request.path = "build/builds";
  EXPECT_FALSE(client.send(scope_, request));
  policy = std::make_shared<policy::Policy>(
      policy::Policy{{{"contoso", {}, {{kPayments, "Payments", {}}}}}});
  EXPECT_TRUE(client.send(scope_, request));
}

TEST_F(ClientTest, SendAllAnswersInOrderWithBoundedConcurrency) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  const auto serving = serve([&](Peer& peer, const Received& got) {
    most = std::max(most.load(), ++now);
    const auto start = got.target.find("builds/") + 7;
    const std::string id = got.target.substr(start, got.target.find('?') - start);
    --now;
    if (id == "3") return peer.answer(404, "application/json", "{}");
    peer.json("{\"id\":" + id + "}");
  });
  std::vector<Request> requests(12);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].path = "build/builds/" + std::to_string(i);
  }
  const auto results = client_->send_all(scope_, requests);
  ASSERT_EQ(results.size(), 12u);
  for (std::size_t i = 0; i < results.size(); ++i) {
    ASSERT_EQ(static_cast<bool>(results[i]), i != 3);
    if (i != 3) {
      EXPECT_EQ(results[i]->body, "{\"id\":" + std::to_string(i) + "}");
    }
  }
  EXPECT_EQ(results[3].error().code, ErrorCode::kNotFound);
  EXPECT_LE(server_->connections(), 4);
  EXPECT_LE(most, 4);
  EXPECT_EQ(count_, 12u);
  EXPECT_TRUE(client_->send_all(scope_, {}).empty());
}

TEST(RestClientSites, RefuseBaseUrlsThatWouldLeakTokens) {
  const auto identities = outbound_identity::same_for_all(std::make_shared<FakeCredential>());
  BaseUrlSettings urls;
  urls.vsrm = "http://vsrm.dev.azure.com";
  EXPECT_THROW(Upstream({{"contoso", urls, identities}}, {}, silent_log()), std::invalid_argument);
}

TEST(RestClientSites, RefuseMissingIdentities) {
  auto identities = outbound_identity::same_for_all(std::make_shared<FakeCredential>());
  identities.writes = nullptr;
  EXPECT_THROW(Upstream({{"contoso", {}, identities}}, {}, silent_log()), std::invalid_argument);
}

}  // namespace
}  // namespace adomcp::azure_devops
