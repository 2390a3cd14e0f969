#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Response ask(const TestServer& server, const std::string& request, bool head = false) {
  return server.connect().send(request).receive(head);
}

TEST(Routes, PostReachesTheHandlerOnBothPaths) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    HttpResponse answer;
    answer.body = http_request.principal.user_name + " " + http_request.client_ip + " " +
                  http_request.header("MCP-Method").value_or("-") + " " + http_request.body;
    answer.headers = {{"Mcp-Session-Id", "s1"}};
    EXPECT_GT(http_request.deadline.remaining().count(), 0);
    EXPECT_LE(http_request.deadline.remaining().count(), 60000);
    return answer;
  };
  server.start();
  const Response response = ask(server, post("{}", "mcp-method:  ping \r\n"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "ada 127.0.0.1 ping {}");
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  EXPECT_EQ(response.header("Mcp-Session-Id"), "s1");
  EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.header("Cache-Control"), "no-store");
  EXPECT_NE(response.header("Date"), "");
  std::string alias = post("{}");
  alias.replace(alias.find("/mcp"), 4, "/runtime/webhooks/mcp");
  EXPECT_EQ(ask(server, alias).status, 200);
}

TEST(Routes, TheHandlerSeesTheCallerBehindTrustedProxies) {
  TestServer server;
  server.settings.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
  server.handler = [](const HttpRequest& http_request) {
    HttpResponse answer;
    answer.body = http_request.client_ip;
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  const auto seen = [&](const std::string& headers) {
    return client.send(post("{}", headers)).receive().body;
  };
  EXPECT_EQ(seen("X-Forwarded-For: 1.2.3.4, 203.0.113.5:999\r\nx-forwarded-for: 10.0.0.2\r\n"),
            "203.0.113.5");
  EXPECT_EQ(seen("X-Forwarded-For: 203.0.113.6\r\n"), "203.0.113.6") << "of this request alone";
  EXPECT_EQ(seen(""), "127.0.0.1");
  EXPECT_EQ(seen("Forwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n"), "127.0.0.1");
}

TEST(Routes, AnEmptyBodyHasNoContentType) {
  TestServer server;
  server.handler = [](const HttpRequest&) { return HttpResponse{202, "", "application/json", {}}; };
  const Response response = ask(server.start(), post("{}"));
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.header("Content-Type"), "");
  EXPECT_EQ(response.header("Content-Length"), "0");
}

TEST(Routes, HandlerExceptionsBecome500WithoutDetails) {
  TestServer server;
  server.handler = [](const HttpRequest&) -> HttpResponse {
    throw std::runtime_error("secret detail");
  };
  server.start();
  RawClient client = server.connect();
  const Response response = client.send(post("{}")).receive();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(nlohmann::json::parse(response.body)["error"]["code"], -32603);
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
  EXPECT_EQ(client.send(post("{}")).receive().status, 500);
  server.server->stop(std::chrono::seconds(5));
  EXPECT_THAT(server.log.text(), HasSubstr("secret detail"));
}

TEST(Routes, HeadersThatWouldSplitTheAnswerAreLeftOut) {
  TestServer server;
  server.handler = [](const HttpRequest&) {
    HttpResponse answer;
    answer.headers = {{"X-Bad", "a\r\nX-Evil: b"}, {"X-Good", "c"}};
    return answer;
  };
  const Response response = ask(server.start(), post("{}"));
  EXPECT_EQ(response.header("X-Evil"), "");
  EXPECT_EQ(response.header("X-Good"), "c");
}

TEST(Routes, OtherMethodsAreNotAllowed) {
  TestServer server;
  server.start();
  for (const char* method : {"GET", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "X"}) {
    const bool head = std::string(method) == "HEAD";
    const Response response = ask(server, request(std::string(method) + " /mcp"), head);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.header("Allow"), "POST") << method;
  }
  const Response health = ask(server, request("POST /healthz", "Content-Length: 0\r\n"));
  EXPECT_EQ(health.status, 405);
  EXPECT_EQ(health.header("Allow"), "GET, HEAD");
}

TEST(Routes, SessionsHaveGetAndDelete) {
  TestServer server;
  server.legacy_sessions = true;
  server.handler = [](const HttpRequest& http_request) {
    HttpResponse answer;
    answer.body = http_request.method == HttpMethod::kGet      ? "get"
                  : http_request.method == HttpMethod::kDelete ? "delete"
                                                               : "post";
    return answer;
  };
  server.start();
  EXPECT_EQ(ask(server, request("GET /mcp")).body, "get");
  EXPECT_EQ(ask(server, request("DELETE /mcp")).body, "delete");
  EXPECT_EQ(ask(server, post("{}")).body, "post");
  for (const char* method : {"PUT", "PATCH", "OPTIONS", "X"}) {
    const Response response = ask(server, request(std::string(method) + " /mcp"));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.header("Allow"), "POST, GET, DELETE") << method;
  }
  const Response preflight =
      ask(server, request("OPTIONS /mcp", "Origin: http://localhost:3000\r\n"));
  EXPECT_EQ(preflight.header("Access-Control-Allow-Methods"), "POST, GET, DELETE");
  EXPECT_EQ(ask(server, request("GET /mcp", "Origin: http://evil.com\r\n")).status, 403);
  EXPECT_EQ(ask(server, request("GET /mcp?access_token=x")).status, 400);
}

TEST(Routes, SessionsAreForThoseWhoSignIn) {
  TestServer server;
  server.open = false;
  server.legacy_sessions = true;
  server.start();
  for (const char* method : {"GET", "DELETE"}) {
    const std::string line = std::string(method) + " /mcp";
    const Response refused = ask(server, request(line));
    EXPECT_EQ(refused.status, 401) << method;
    EXPECT_NE(refused.header("WWW-Authenticate"), "");
    EXPECT_EQ(ask(server, request(line, "Authorization: Bearer good\r\n")).status, 200) << method;
  }
}

TEST(Routes, ContentTypeMustBeJson) {
  TestServer server;
  server.start();
  const auto with = [&](const std::string& line) {
    return ask(server,
               "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n" + line + "\r\n{}")
        .status;
  };
  EXPECT_EQ(with("Content-Type: application/json\r\n"), 200);
  EXPECT_EQ(with("Content-Type: Application/JSON ; charset=utf-8\r\n"), 200);
  EXPECT_EQ(with(""), 415);
  EXPECT_EQ(with("Content-Type: text/plain\r\n"), 415);
  EXPECT_EQ(with("Content-Type: application/jsonp\r\n"), 415);
}

TEST(Routes, TokensInTheQueryAreRefused) {
  TestServer server;
  server.start();
  const auto query = [&](const std::string& text) {
    std::string sent = post("{}");
    return ask(server, sent.replace(sent.find("/mcp"), 4, "/mcp?" + text)).status;
  };
  EXPECT_EQ(query("access_token=x"), 400);
  EXPECT_EQ(query("a=b&acc%65ss_token=x"), 400);
  EXPECT_EQ(query("a=b&Access_Token"), 400);
  EXPECT_EQ(query("code=abc"), 200);
}

TEST(Routes, HealthPathsAnswerAnyHost) {
  TestServer server;
  server.start();
  for (const char* path : {"/", "/api/health", "/healthz", "/readyz"}) {
    const std::string sent = std::string("GET ") + path + " HTTP/1.1\r\nHost: 10.0.0.7:80\r\n\r\n";
    EXPECT_EQ(ask(server, sent).status, 200) << path;
  }
  EXPECT_EQ(ask(server, "GET / HTTP/1.1\r\n\r\n").status, 200);
  EXPECT_EQ(ask(server, request("GET /api/health")).body,
            R"({"status":"healthy","server_name":"adomcp","version":"1.2.3"})");
  EXPECT_EQ(ask(server, request("GET /healthz")).body, "ok");
  const Response head = ask(server, request("HEAD /healthz"), true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "2");
}

TEST(Routes, ReadinessTellsItsReasons) {
  TestServer server;
  server.not_ready = {"no credential", "catalog empty"};
  const Response response = ask(server.start(), request("GET /readyz"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(nlohmann::json::parse(response.body)["reasons"],
            nlohmann::json({"no credential", "catalog empty"}));
}

TEST(Routes, EverythingElseIsNotFound) {
  TestServer server;
  server.start();
  for (const char* line : {"GET /nothing",
                           "POST /mcp//",
                           "POST /mcp/x",
                           "POST /mcp/.",
                           "GET /%6dcp",
                           "GET //mcp",
                           "GET /mcp/..",
                           "POST /mcp%2F",
                           "POST /mcp/;x",
                           "POST /mc/",
                           "GET /runtime/webhooks/mcp//",
                           "GET /runtime/webhooks/",
                           "GET /healthz/",
                           "GET /readyz/",
                           "GET /api/health/",
                           "GET //",
                           "GET /metrics/",
                           "GET /status/",
                           "POST /ops/reload/",
                           "GET /.well-known/",
                           "GET /.well-known/oauth-protected-resource/mcp/",
                           "GET /.well-known/oauth-authorization-server/mcp/"}) {
    const Response response = ask(server, request(line));
    EXPECT_EQ(response.status, 404) << line;
    EXPECT_TRUE(nlohmann::json::accept(response.body)) << line;
  }
}

/// A redirect would lose a POST's body, so there is none.
TEST(Routes, OneSlashAtTheEndIsNoOtherPath) {
  TestServer server;
  server.legacy_sessions = true;
  server.handler = [](const HttpRequest& http_request) {
    return HttpResponse{200, http_request.body + ".", {}, {}};
  };
  server.start();
  for (const std::string path :
       {"/mcp/", "/runtime/webhooks/mcp/", "/mcp/?code=abc", "/runtime/webhooks/mcp/?code=abc"}) {
    std::string sent = post("{}");
    EXPECT_EQ(ask(server, sent.replace(sent.find("/mcp"), 4, path)).body, "{}.") << path;
    EXPECT_EQ(ask(server, request("GET " + path)).body, ".") << path;
    EXPECT_EQ(ask(server, request("DELETE " + path)).body, ".") << path;
    EXPECT_EQ(ask(server, request("PUT " + path)).status, 405) << path;
    const std::string evil = "Origin: http://evil.com\r\n";
    const std::string local = "Origin: http://localhost:3000\r\n";
    EXPECT_EQ(ask(server, request("OPTIONS " + path, local)).status, 204) << path;
    EXPECT_EQ(ask(server, request("OPTIONS " + path, evil)).status, 403) << path;
    EXPECT_EQ(ask(server, request("GET " + path, evil)).status, 403) << path;
    const Response response = ask(server, request("GET " + path, local));
    EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "http://localhost:3000") << path;
    EXPECT_EQ(response.header("Cache-Control"), "no-store") << path;
  }
  EXPECT_EQ(ask(server, request("GET /mcp/?access_token=x")).status, 400);
}

TEST(Routes, OneSlashAtTheEndIsForThoseWhoSignIn) {
  TestServer server;
  server.open = false;
  server.legacy_sessions = true;
  server.start();
  for (const std::string path : {"/mcp", "/runtime/webhooks/mcp"}) {
    for (const std::string method : {"POST", "GET", "DELETE"}) {
      const auto answer = [&](const std::string& slash, const std::string& headers) {
        std::string sent = method == "POST" ? post("{}", headers) : request("GET /mcp", headers);
        const std::string line = (method == "POST" ? "POST" : "GET") + std::string(" /mcp");
        return ask(server, sent.replace(0, line.size(), method + " " + path + slash));
      };
      const Response plain = answer("", "");
      const Response slashed = answer("/", "");
      EXPECT_EQ(slashed.status, 401) << method << path;
      EXPECT_EQ(slashed.header("WWW-Authenticate"), plain.header("WWW-Authenticate"))
          << method << path;
      EXPECT_THAT(slashed.header("WWW-Authenticate"), HasSubstr("oauth-protected-resource" + path));
      EXPECT_EQ(answer("/", "Authorization: Bearer good\r\n").status, 200) << method << path;
    }
  }
  for (const std::string path : {"", "/mcp", "/runtime/webhooks/mcp"}) {
    const std::string well_known = "GET /.well-known/oauth-protected-resource" + path;
    const Response slashed = ask(server, request(well_known + "/"));
    EXPECT_EQ(slashed.status, 200) << path;
    EXPECT_EQ(slashed.header("Access-Control-Allow-Origin"), "*") << path;
    EXPECT_EQ(slashed.body, ask(server, request(well_known)).body) << path;
    EXPECT_EQ(ask(server, request(well_known + "//")).status, 404) << path;
  }
  EXPECT_EQ(ask(server, request("GET /.well-known/oauth-protected-resourcex/")).status, 404);
}

TEST(Routes, HostAndOriginAreBothChecked) {
  TestServer server;
  server.settings.allowed_origins = {"https://app.example.com"};
  server.start();
  const auto with = [&](const std::string& host, const std::string& origin = "") {
    std::string sent = post("{}", origin.empty() ? "" : "Origin: " + origin + "\r\n");
    return ask(server, sent.replace(sent.find("localhost"), 9, host));
  };
  const Response evil = with("evil.example.com", "http://evil.example.com");
  EXPECT_EQ(evil.status, 403);
  EXPECT_THAT(evil.body, HasSubstr("server.allowed_hosts"));
  const auto body = nlohmann::json::parse(evil.body);
  EXPECT_EQ(body["jsonrpc"], "2.0");
  EXPECT_EQ(body["error"]["code"], -32600);
  EXPECT_FALSE(body.contains("id"));
  EXPECT_EQ(with("a b").status, 400);
  EXPECT_EQ(ask(server, "POST /mcp HTTP/1.1\r\nContent-Length: 0\r\n\r\n").status, 400);
  const Response origin = with("localhost:7071", "http://evil.example.com");
  EXPECT_EQ(origin.status, 403);
  EXPECT_THAT(origin.body, HasSubstr("server.allowed_origins"));
  EXPECT_EQ(origin.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(with("localhost", "null").status, 403);
  const Response good = with("127.0.0.1:7071", "https://app.example.com");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.header("Access-Control-Allow-Origin"), "https://app.example.com");
  EXPECT_EQ(good.header("Vary"), "Origin");
}

TEST(Routes, PreflightListsWhatMcpSends) {
  TestServer server;
  server.open = false;  // a preflight carries no token
  server.start();
  const Response response =
      ask(server, request("OPTIONS /mcp",
                          "Origin: http://localhost:3000\r\n"
                          "Access-Control-Request-Method: POST\r\n"
                          "Access-Control-Request-Headers: content-type,Mcp-Param-Region,x-other,"
                          "mcp-param-a b\r\n"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.header("Access-Control-Allow-Methods"), "POST");
  const std::string allowed = response.header("Access-Control-Allow-Headers");
  for (const char* name :
       {"content-type", "authorization", "accept", "mcp-protocol-version", "mcp-method", "mcp-name",
        "mcp-session-id", "last-event-id", "mcp-param-region"}) {
    EXPECT_THAT(allowed, HasSubstr(name));
  }
  EXPECT_THAT(allowed, Not(HasSubstr("x-other")));
  EXPECT_THAT(allowed, Not(HasSubstr("mcp-param-a b")));
  EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_EQ(response.header("Content-Length"), "");
  EXPECT_EQ(ask(server, request("OPTIONS /mcp", "Origin: http://evil.com\r\n")).status, 403);
}

}  // namespace
}  // namespace adomcp::http::testing
