#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kGood = "Authorization: Bearer good\r\n";

Response ask(const TestServer& server, const std::string& sent) {
  return server.connect().send(sent).receive();
}

std::string status_page() {
  return R"({"version":"1.2.3"})";
}

TEST(OperatorPages, NeedARole) {
  TestServer server;
  server.open = false;
  server.status = status_page;
  server.start();
  struct Case {
    std::vector<std::string> roles;
    bool token;
    int status;
  };
  const Case cases[] = {
      {{}, false, 401},
      {{"operator"}, false, 401},
      {{}, true, 403},
      {{"reader"}, true, 403},
      {{"Operator", "operators", "operator "}, true, 403},
      {{"reader", "operator"}, true, 200},
      {{"admin"}, true, 200},
  };
  for (const Case& row : cases) {
    server.authenticator->give(row.roles);
    for (const char* path : {"/metrics", "/status"}) {
      const Response response =
          ask(server, request(std::string("GET ") + path, row.token ? kGood : ""));
      EXPECT_EQ(response.status, row.status) << path << ::testing::PrintToString(row.roles);
      EXPECT_EQ(response.header("Cache-Control"), "no-store");
      EXPECT_EQ(response.header("WWW-Authenticate").empty(), row.status != 401);
      EXPECT_EQ(response.body.find("\"version\"") != std::string::npos,
                row.status == 200 && std::string(path) == "/status");
    }
  }
}

TEST(OperatorPages, AreOpenWhereNobodySignsIn) {
  TestServer server;
  server.status = status_page;
  server.start();
  ask(server, post("{}"));
  ask(server, request("GET /an-invented-path"));
  const Response metrics = ask(server, request("GET /metrics"));
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(metrics.body, HasSubstr(R"(adomcp_requests_total{path="/mcp",status="200"} 1)"));
  EXPECT_THAT(metrics.body, HasSubstr(R"(adomcp_requests_total{path="other",status="404"} 1)"));
  EXPECT_THAT(metrics.body, Not(HasSubstr("invented")));
  const Response status = ask(server, request("GET /status"));
  EXPECT_EQ(status.status, 200);
  EXPECT_EQ(json::parse(status.body)["version"], "1.2.3");
}

// Without sign-in the Host and Origin checks are what keeps a browser's pages out.
TEST(OperatorPages, AreNotForOtherHostsAndPages) {
  TestServer server;
  server.start();
  EXPECT_EQ(ask(server, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 403);
  const Response page = ask(server, request("GET /metrics", "Origin: http://evil.example\r\n"));
  EXPECT_EQ(page.status, 403);
  EXPECT_EQ(page.header("Access-Control-Allow-Origin"), "");
}

TEST(OperatorPages, OnlyRead) {
  TestServer server;
  server.start();
  for (const char* method : {"POST", "DELETE", "PUT", "OPTIONS"}) {
    const Response response = ask(server, request(std::string(method) + " /metrics"));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.header("Allow"), "GET, HEAD");
  }
}

TEST(OperatorPages, TheStatusPageMayBeMissingOrFail) {
  TestServer missing;
  EXPECT_EQ(ask(missing.start(), request("GET /status")).status, 404);
  TestServer failing;
  failing.status = []() -> std::string { throw std::runtime_error("secret detail"); };
  const Response response = ask(failing.start(), request("GET /status"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
}

/// A POST without a body to /ops/reload.
std::string reload_request(const std::string& more = "") {
  return request("POST /ops/reload",
                 "Content-Type: application/json\r\nContent-Length: 0\r\n" + more);
}

TEST(ReloadPage, IsForAdminsAlone) {
  TestServer server;
  server.open = false;
  server.reload = [](const HttpRequest& http_request) {
    HttpResponse answer;
    answer.status = 409;
    answer.body = http_request.principal.user_name;
    return answer;
  };
  server.start();
  EXPECT_EQ(ask(server, reload_request()).status, 401);
  for (const char* role : {"operator", "reader", "Admin"}) {
    server.authenticator->give({role});
    EXPECT_EQ(ask(server, reload_request(kGood)).status, 403) << role;
  }
  server.authenticator->give({"admin"});
  const Response response = ask(server, reload_request(kGood));
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.body, "ada");
  EXPECT_EQ(response.header("Cache-Control"), "no-store");
}

// What a page of another origin may send without asking first is never application/json.
TEST(ReloadPage, IsNotForBrowsersPages) {
  TestServer server;
  std::atomic<int> reloads = 0;
  server.reload = [&reloads](const HttpRequest&) {
    ++reloads;
    return HttpResponse{};
  };
  server.start();
  const std::string form = "Content-Type: text/plain\r\nContent-Length: 0\r\n";
  EXPECT_EQ(ask(server, request("POST /ops/reload", form)).status, 415);
  EXPECT_EQ(ask(server, request("POST /ops/reload", "Content-Length: 0\r\n")).status, 415);
  EXPECT_EQ(ask(server, reload_request("Origin: http://evil.example\r\n")).status, 403);
  const Response asked =
      ask(server, request("OPTIONS /ops/reload", "Origin: http://127.0.0.1\r\n"));
  EXPECT_EQ(asked.status, 405);
  EXPECT_EQ(asked.header("Access-Control-Allow-Headers"), "");
  const Response looked = ask(server, request("GET /ops/reload"));
  EXPECT_EQ(looked.status, 405);
  EXPECT_EQ(looked.header("Allow"), "POST");
  EXPECT_EQ(reloads, 0);
  EXPECT_EQ(ask(server, reload_request()).status, 200);
  EXPECT_EQ(reloads, 1);
}

TEST(ReloadPage, MayBeMissingOrFail) {
  TestServer missing;
  EXPECT_EQ(ask(missing.start(), reload_request()).status, 404);
  TestServer failing;
  failing.reload = [](const HttpRequest&) -> HttpResponse {
    throw std::runtime_error("secret detail");
  };
  const Response response = ask(failing.start(), reload_request());
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
}

TEST(HealthPages, AreOpenAndNameNoProject) {
  TestServer server;
  server.open = false;
  server.not_ready = {"project contoso/Payments: 401", "plugin deployments: crashed"};
  server.start();
  server.authenticator->complain("the issuer's keys can't be had since 12:00");
  for (const char* path : {"/", "/api/health", "/healthz"}) {
    const Response response = ask(server, request(std::string("GET ") + path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.body, Not(HasSubstr("issuer")));
  }
  const Response ready = ask(server, request("GET /readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, Not(HasSubstr("Payments")));
  const auto reasons = json::parse(ready.body)["reasons"];
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(reasons[0], "sign-in: the issuer's keys can't be had since 12:00");
  EXPECT_THAT(reasons[1].get<std::string>(), HasSubstr("2 of the projects and plugins"));
  EXPECT_EQ(server.authenticator->asked, 0);
}

TEST(HealthPages, TellOfBreakersAndNameToolsOnlyWhereNobodySignsIn) {
  for (const bool open : {true, false}) {
    TestServer server;
    server.open = open;
    server.tool_states = [] {
      return std::vector<observe::ToolState>{
          {"list_runs", "closed", 2, 0}, {"start_run", "open", 0, 5}, {"find", "closed", 0, 0}};
    };
    server.start();
    const auto page = json::parse(ask(server, request("GET /api/health")).body);
    EXPECT_EQ(page["status"], "healthy");
    EXPECT_EQ(page["breakers"], json::parse(R"({"closed":2,"half_open":0,"open":1})"));
    EXPECT_EQ(page.dump().find(R"("start_run":"open")") != std::string::npos, open);
    EXPECT_EQ(page.dump().find("_run") != std::string::npos, open);
  }
}

TEST(HealthPages, AreReadyAgainWhenSignInIs) {
  TestServer server;
  server.start();
  server.authenticator->complain("no keys");
  EXPECT_EQ(ask(server, request("GET /readyz")).status, 503);
  server.authenticator->complain("");
  EXPECT_EQ(ask(server, request("GET /readyz")).body, R"({"ready":true,"reasons":[]})");
}

}  // namespace
}  // namespace adomcp::http::testing
