#include "http/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kGood = "Authorization: Bearer good\r\n";
const std::string kBad = "Authorization: Bearer stolen-and-expired\r\n";

Response ask(const TestServer& server, const std::string& sent) {
  return server.connect().send(sent).receive();
}

std::string to_alias(std::string sent) {
  return sent.replace(sent.find("/mcp"), 4, "/runtime/webhooks/mcp");
}

TestServer& strict(TestServer& server) {
  server.open = false;
  server.start();
  return server;
}

void set_refusal(TestServer& server, int status, const std::string& error) {
  SignInRefusal refusal;
  refusal.status = status;
  refusal.error = error;
  refusal.reason = "expired";
  refusal.message = "the token expired; sign in again";
  server.authenticator->refuse_with(refusal);
}

TEST(SignIn, AMissingTokenIsToldWhereToSignIn) {
  for (const char* mode : {"bearer", "easyauth"}) {
    TestServer server;
    server.open = false;
    server.auth.mode = mode;
    server.auth.provider = "oidc";
    server.auth.issuer = "https://issuer.example";
    server.auth.scopes = {"tools"};
    server.settings.public_url = "https://gw.example/ado";
    server.start();
    const Response refused = ask(server, post("{}"));
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.header("WWW-Authenticate"),
              "Bearer resource_metadata=\"https://gw.example/.well-known/"
              "oauth-protected-resource/ado/mcp\", scope=\"tools\"");
    EXPECT_EQ(refused.header("Connection"), "") << "the client comes again at once";
    EXPECT_EQ(nlohmann::json::parse(refused.body)["error"]["message"], "who are you?");
    EXPECT_THAT(ask(server, to_alias(post("{}"))).header("WWW-Authenticate"),
                HasSubstr("/ado/runtime/webhooks/mcp\""));
    EXPECT_THAT(ask(server, request("GET /metrics")).header("WWW-Authenticate"),
                HasSubstr("oauth-protected-resource/ado\""));
    EXPECT_EQ(ask(server, post("{}", kGood)).status, 200);
  }
}

TEST(SignIn, BrowsersMayReadTheChallenge) {
  TestServer server;
  const Response refused = ask(strict(server), post("{}", "Origin: http://localhost:3000\r\n"));
  EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_THAT(refused.header("Access-Control-Expose-Headers"), HasSubstr("www-authenticate"));
}

TEST(SignIn, ABadTokenIsToldWhy) {
  TestServer server;
  strict(server);
  set_refusal(server, 401, "invalid_token");
  const Response refused = ask(server, post("{}", kBad));
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.header("WWW-Authenticate"),
              HasSubstr("error=\"invalid_token\", "
                        "error_description=\"the token expired; sign in again\""));
  server.server->stop(seconds(5));
  EXPECT_THAT(refused.head + refused.body + server.log.text(), Not(HasSubstr("stolen")));
}

TEST(SignIn, ATokenInTheQueryIsRefusedBeforeAnyCheck) {
  TestServer server;
  strict(server);
  std::string sent = post("{}", kGood);
  sent.replace(sent.find("/mcp"), 4, "/mcp?access_token=stolen");
  EXPECT_EQ(ask(server, sent).status, 400);
  EXPECT_EQ(ask(server, request("GET /metrics?access_token=stolen", kGood)).status, 400);
  EXPECT_EQ(server.authenticator->asked, 0);
}

TEST(SignIn, TellsOfEveryRefusal) {
  struct Told {
    std::string reason, client_ip, path, error, user;
  };
  std::mutex mutex;
  std::vector<Told> told;
  TestServer server;
  server.settings.trusted_proxies = {"127.0.0.1"};
  server.on_refused = [&](const SignInRefusal& refusal, const std::string& ip,
                          std::string_view path) {
    const std::lock_guard lock(mutex);
    told.push_back(
        {refusal.reason, ip, std::string(path), refusal.error, refusal.principal.user_name});
  };
  strict(server);
  ask(server, post("{}", "X-Forwarded-For: 1.2.3.4, 203.0.113.5\r\n"));
  set_refusal(server, 403, "insufficient_scope");
  ask(server, to_alias(post("{}", kBad)));
  set_refusal(server, 503, "");
  ask(server, request("GET /status", kBad));
  ask(server, post("{}", kGood));
  ask(server, request("GET /metrics", kGood));
  server.server->stop(seconds(5));
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[0].reason, "no_token");
  EXPECT_EQ(told[0].client_ip, "203.0.113.5");
  EXPECT_EQ(told[0].path, "/mcp");
  EXPECT_EQ(told[1].client_ip, "127.0.0.1");
  EXPECT_EQ(told[1].path, "/runtime/webhooks/mcp");
  EXPECT_EQ(told[1].error, "insufficient_scope");
  EXPECT_EQ(told[2].path, "/status");
  EXPECT_EQ(told[3].path, "/metrics");
  EXPECT_EQ(told[3].reason, "missing_role");
  EXPECT_EQ(told[3].user, "ada");
  const std::string metrics = server.metrics.text();
  EXPECT_THAT(metrics, HasSubstr("adomcp_sign_in_failures_total{reason=\"no_token\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("adomcp_sign_in_failures_total{reason=\"expired\"} 2"));
}

TEST(SignIn, AReceiverThatThrowsLetsNobodyIn) {
  TestServer server;
  server.on_refused = [](const SignInRefusal&, const std::string&, std::string_view) {
    throw std::runtime_error("disk full");
  };
  EXPECT_EQ(ask(strict(server), post("{}")).status, 500);
}

TEST(SignIn, ManyBadTokensHaveToWait) {
  TestServer server;
  strict(server);
  set_refusal(server, 401, "invalid_token");
  RawClient client = server.connect();
  for (unsigned i = 0; i < SignInLimit::kMostFailures; ++i) {
    ASSERT_EQ(client.send(post("{}", kBad)).receive().status, 401);
  }
  const Response limited = client.send(post("{}", kBad)).receive();
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.header("Retry-After"), "60");
  EXPECT_THAT(limited.body, HasSubstr("60 seconds"));
  EXPECT_EQ(client.send(request("GET /metrics", kBad)).receive().status, 429);
  EXPECT_THAT(server.metrics.text(), HasSubstr("adomcp_rate_limited_total{what=\"sign_in\"} 2"));

  EXPECT_EQ(client.send(post("{}")).receive().status, 401) << "no token: nothing to guess";
  server.clock.advance(seconds(60));
  EXPECT_EQ(client.send(post("{}", kBad)).receive().status, 401);
}

TEST(SignIn, AGoodTokenPassesWhateverOthersAtItsAddressDo) {
  struct Case {
    const char* name;
    int status;  // of what others send
    unsigned times;
  };
  for (const auto& [name, status, times] :
       {Case{"bad tokens", 401, SignInLimit::kMostFailures},
        Case{"tokens that allow too little", 403, SignInLimit::kMostFailures},
        Case{"many more than the limit", 401, 10 * SignInLimit::kMostFailures}}) {
    SCOPED_TRACE(name);
    TestServer server;
    strict(server);
    set_refusal(server, status, "invalid_token");
    RawClient others = server.connect();
    for (unsigned i = 0; i < times; ++i) others.send(post("{}", kBad)).receive();
    ASSERT_EQ(others.send(post("{}", kBad)).receive().status, 429);
    EXPECT_EQ(ask(server, post("{}", kGood)).status, 200) << "never seen before";
    EXPECT_EQ(ask(server, request("GET /metrics", kGood)).status, 403) << "signed in, no operator";
    EXPECT_EQ(others.send(post("{}", kGood)).receive().status, 200) << "on the same connection";
    EXPECT_EQ(others.send(post("{}", kBad)).receive().status, 429) << "a good one frees no bad one";
  }
}

TEST(SignIn, MissingTokensAndMissingKeysNeverCount) {
  TestServer server;
  strict(server);
  RawClient client = server.connect();
  for (unsigned i = 0; i < 2 * SignInLimit::kMostFailures; ++i) {
    ASSERT_EQ(client.send(post("{}")).receive().status, 401);
  }
  set_refusal(server, 503, "");
  for (unsigned i = 0; i < 2 * SignInLimit::kMostFailures; ++i) {
    const Response response = client.send(post("{}", kBad)).receive();
    ASSERT_EQ(response.status, 503);
    ASSERT_EQ(response.header("Retry-After"), "5");
  }
  EXPECT_EQ(client.send(post("{}", "Authorization: Bearer good\r\n")).receive().status, 200);
}

TEST(SignIn, TheLimitIsOfTheCallerNotOfTheProxy) {
  TestServer server;
  server.settings.trusted_proxies = {"127.0.0.0/8"};
  strict(server);
  RawClient client = server.connect();
  const auto from = [&](const std::string& chain) {
    return client.send(post("{}", kBad + "X-Forwarded-For: " + chain + "\r\n")).receive().status;
  };
  for (unsigned i = 0; i < SignInLimit::kMostFailures; ++i) {
    ASSERT_EQ(from("198.51.100." + std::to_string(i) + ", 203.0.113.5"), 401);
  }
  EXPECT_EQ(from("203.0.113.6"), 401);
  EXPECT_EQ(from("203.0.113.6, 203.0.113.5"), 429) << "another first element frees nobody";
}

TEST(SignIn, ARequestKnowsHowLongItsCallerIsSignedIn) {
  TestServer server;
  std::atomic<bool> known = false;
  server.handler = [&](const HttpRequest& http_request) {
    known = http_request.signed_in_until == FakeAuthenticator::kSignedInUntil;
    return HttpResponse{};
  };
  strict(server);
  ASSERT_EQ(ask(server, post("{}", kGood)).status, 200);
  EXPECT_TRUE(known);
}

TEST(SignIn, RefusesALargeBodyUnread) {
  TestServer server;
  strict(server);
  RawClient client = server.connect();
  const Response refused =
      client
          .send(
              "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              "Content-Length: 1000000\r\n\r\n")
          .receive();
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.header("WWW-Authenticate"), HasSubstr("resource_metadata="));
}

}  // namespace
}  // namespace adomcp::http::testing
