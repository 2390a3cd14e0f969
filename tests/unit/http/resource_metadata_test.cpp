#include "http/resource_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kRoot = "/.well-known/oauth-protected-resource";
const std::string kClient = "11111111-2222-3333-4444-555555555555";

AuthSettings entra() {
  AuthSettings auth;
  auth.mode = "bearer";
  auth.provider = "entra";
  auth.tenant_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
  auth.audiences = {kClient};
  auth.scopes = {"access_as_user"};
  return auth;
}

AuthSettings oidc() {
  AuthSettings auth;
  auth.mode = "easyauth";
  auth.provider = "oidc";
  auth.issuer = "http://127.0.0.1:9000";
  auth.audiences = {"https://mcp.example"};
  auth.scopes = {"read", "trigger"};
  return auth;
}

ResourceMetadata made(const std::string& public_url, const AuthSettings& auth) {
  ServerSettings server;
  server.public_url = public_url;
  return ResourceMetadata(server, auth);
}

json document(const ResourceMetadata& metadata, const std::string& path) {
  const std::string* text = metadata.document(path);
  return text == nullptr ? json() : json::parse(*text);
}

TEST(ResourceMetadata, HoldsWhatAClientNeeds) {
  const auto metadata = made("https://mcp.example", entra());
  const json expected = {
      {"resource", "https://mcp.example/mcp"},
      {"authorization_servers",
       {"https://login.microsoftonline.com/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/v2.0"}},
      {"scopes_supported", {kClient + "/access_as_user"}},
      {"bearer_methods_supported", {"header"}},
      {"resource_name", "adomcp"}};
  EXPECT_EQ(document(metadata, kRoot + "/mcp"), expected);
}

TEST(ResourceMetadata, IsThereForEachResource) {
  struct Case {
    const char* public_url;
    std::string path;
    const char* resource;  ///< nullptr: no document
  };
  const Case cases[] = {
      {"https://mcp.example", kRoot, "https://mcp.example"},
      {"https://mcp.example", kRoot + "/mcp", "https://mcp.example/mcp"},
      {"https://mcp.example", kRoot + "/runtime/webhooks/mcp",
       "https://mcp.example/runtime/webhooks/mcp"},
      {"https://mcp.example", kRoot + "/", nullptr},
      {"https://mcp.example", kRoot + "/mcp/", nullptr},
      {"https://mcp.example", kRoot + "/other", nullptr},
      {"https://mcp.example", "/mcp" + kRoot, nullptr},
      {"https://mcp.example", "/.well-known/oauth-authorization-server", nullptr},
      {"https://mcp.example:8443", kRoot + "/mcp", "https://mcp.example:8443/mcp"},
      // A gateway with a path of its own: RFC 9728's form, and what is left when it takes it away.
      {"https://gw.example/ado", kRoot + "/ado", "https://gw.example/ado"},
      {"https://gw.example/ado", kRoot + "/ado/mcp", "https://gw.example/ado/mcp"},
      {"https://gw.example/ado", kRoot + "/ado/runtime/webhooks/mcp",
       "https://gw.example/ado/runtime/webhooks/mcp"},
      {"https://gw.example/ado", kRoot, "https://gw.example/ado"},
      {"https://gw.example/ado", kRoot + "/mcp", "https://gw.example/ado/mcp"},
      {"https://gw.example/ado", kRoot + "/mcp/ado", nullptr},
      {"https://gw.example/mcp", kRoot + "/mcp", "https://gw.example/mcp"},
      {"https://gw.example/mcp", kRoot + "/mcp/mcp", "https://gw.example/mcp/mcp"},
  };
  for (const Case& row : cases) {
    const json found = document(made(row.public_url, entra()), row.path);
    if (row.resource == nullptr) {
      EXPECT_TRUE(found.is_null()) << row.public_url << " " << row.path;
    } else {
      ASSERT_TRUE(found.is_object()) << row.public_url << " " << row.path;
      EXPECT_EQ(found["resource"], row.resource) << row.public_url << " " << row.path;
    }
  }
}

TEST(ResourceMetadata, UrlsPutTheWellKnownPathBehindTheHost) {
  const auto plain = made("https://mcp.example", oidc());
  EXPECT_EQ(plain.url(""), "https://mcp.example" + kRoot);
  EXPECT_EQ(plain.url("/mcp"), "https://mcp.example" + kRoot + "/mcp");
  const auto gateway = made("https://gw.example:8443/ado/x", oidc());
  EXPECT_EQ(gateway.url("/mcp"), "https://gw.example:8443" + kRoot + "/ado/x/mcp");
  EXPECT_NE(gateway.document(gateway.url("/mcp").substr(23)), nullptr);
}

std::string listed_scopes(const ResourceMetadata& metadata, const std::string& path) {
  std::string listed;
  const json served = document(metadata, kRoot + path);
  for (const auto& scope : served["scopes_supported"]) {
    listed += (listed.empty() ? "" : " ") + scope.get<std::string>();
  }
  return listed;
}

struct Scopes {
  const char* provider;
  std::vector<std::string> audiences;
  std::vector<std::string> scopes;
  std::string asked;
};

/// Under https://mcp.example; what the documents of all resources say, and the challenges.
TEST(ResourceMetadata, NamesScopesAsAClientMustAskForThem) {
  const std::string mcp = "https://mcp.example/mcp";
  const std::string user = "access_as_user";
  const Scopes cases[] = {
      // The resource itself, wherever it stands.
      {"entra", {kClient, mcp}, {user}, mcp + "/access_as_user"},
      {"entra", {mcp, kClient}, {user}, mcp + "/access_as_user"},
      {"entra", {mcp}, {user}, mcp + "/access_as_user"},
      {"entra", {kClient, "api://" + kClient, mcp}, {user}, mcp + "/access_as_user"},
      {"entra", {mcp, "api://" + kClient, kClient}, {user}, mcp + "/access_as_user"},
      {"entra", {"https://contoso.example/ado", mcp}, {user}, mcp + "/access_as_user"},
      {"entra", {kClient, mcp + "/"}, {user}, mcp + "/access_as_user"},
      {"entra", {kClient, "https://MCP.example/mcp"}, {user}, mcp + "/access_as_user"},
      {"entra", {kClient, mcp}, {"a", "b"}, mcp + "/a " + mcp + "/b"},
      {"entra", {kClient, mcp}, {mcp + "/a", "a", "b"}, mcp + "/a " + mcp + "/b"},
      // Another address of this server.
      {"entra", {kClient, "https://mcp.example"}, {user}, "https://mcp.example/access_as_user"},
      {"entra", {"https://mcp.example/"}, {user}, "https://mcp.example/access_as_user"},
      // What the configuration names, and nothing else.
      {"entra", {kClient}, {user}, kClient + "/access_as_user"},
      {"entra",
       {kClient, "https://mcp.example/mcp2"},
       {user},
       "https://mcp.example/mcp2/access_as_user"},
      {"entra", {kClient, "api://ado"}, {user}, "api://ado/access_as_user"},
      {"entra", {"api://" + kClient}, {user}, "api://" + kClient + "/access_as_user"},
      {"entra", {"api://" + kClient + "/"}, {user}, "api://" + kClient + "/access_as_user"},
      {"entra", {"api://ado", kClient}, {"a", "b"}, "api://ado/a api://ado/b"},
      {"entra", {"https://contoso.example/ado", kClient}, {"a"}, "https://contoso.example/ado/a"},
      {"entra", {"https://contoso.example/ado"}, {"a"}, "https://contoso.example/ado/a"},
      // Whole ones stay as they are.
      {"entra", {kClient}, {"api://other/a", "b"}, "api://other/a " + kClient + "/b"},
      {"entra", {kClient, mcp}, {"api://other/a"}, "api://other/a"},
      {"entra", {kClient, mcp}, {kClient + "/a"}, kClient + "/a"},
      {"entra", {kClient}, {}, ""},
      // Other issuers have no such rule.
      {"oidc", {kClient, mcp}, {"read", "trigger"}, "read trigger"},
      {"oidc",
       {"api://ado"},
       {"read", "https://issuer.example/trigger"},
       "read https://issuer.example/trigger"},
  };
  for (const char* mode : {"bearer", "easyauth"}) {
    for (const Scopes& row : cases) {
      AuthSettings auth = entra();
      auth.mode = mode;
      auth.provider = row.provider;
      auth.issuer = "https://issuer.example";
      auth.audiences = row.audiences;
      auth.scopes = row.scopes;
      const auto metadata = made("https://mcp.example", auth);
      for (const std::string path : {"", "/mcp", "/runtime/webhooks/mcp"}) {
        EXPECT_EQ(metadata.scope(path), row.asked) << path;
        EXPECT_EQ(listed_scopes(metadata, path), row.asked) << path;
      }
    }
  }
}

TEST(ResourceMetadata, ScopesAreThoseOfTheResource) {
  AuthSettings auth = entra();
  const std::string base = "https://gw.example/ado";
  auth.audiences = {kClient, base + "/runtime/webhooks/mcp", base, base + "/mcp"};
  const auto metadata = made(base, auth);
  for (const std::string path : {"", "/mcp", "/runtime/webhooks/mcp"}) {
    const std::string asked = base + path + "/access_as_user";
    EXPECT_EQ(metadata.scope(path), asked);
    EXPECT_EQ(listed_scopes(metadata, "/ado" + path), asked);
    EXPECT_EQ(listed_scopes(metadata, path), asked) << "behind a gateway that takes /ado away";
  }
  EXPECT_EQ(metadata.scope("/other"), "");
}

TEST(ResourceMetadata, NamesTheIssuer) {
  AuthSettings national = entra();
  national.issuer = "https://login.microsoftonline.us/t/v2.0";
  const auto issuers = [](const AuthSettings& auth) {
    return document(made("https://mcp.example", auth), kRoot)["authorization_servers"];
  };
  EXPECT_EQ(issuers(national), json({"https://login.microsoftonline.us/t/v2.0"}));
  EXPECT_EQ(issuers(oidc()), json({"http://127.0.0.1:9000"}));
}

TEST(ResourceMetadata, NobodyIsToldWhereToSignInWhenNobodyMust) {
  AuthSettings none;
  none.mode = "none";
  const auto metadata = made("", none);
  EXPECT_EQ(metadata.document(kRoot), nullptr);
  EXPECT_EQ(metadata.document(kRoot + "/mcp"), nullptr);
  EXPECT_EQ(metadata.url("/mcp"), "");
}

TEST(ResourceMetadata, SignInNeedsAPublicUrl) {
  try {
    made("", oidc());
    FAIL() << "metadata without a URL";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("server.public_url"));
  }
}

TEST(ResourceMetadata, IsServedToEverybody) {
  TestServer server;
  server.open = false;
  server.start();
  RawClient client = server.connect();
  for (const std::string suffix : {"", "/mcp", "/runtime/webhooks/mcp"}) {
    const Response response =
        client.send(request("GET " + kRoot + suffix, "Origin: https://any.example\r\n")).receive();
    EXPECT_EQ(response.status, 200) << suffix;
    EXPECT_EQ(response.header("Content-Type"), "application/json");
    EXPECT_EQ(response.header("Cache-Control"), "public, max-age=3600");
    EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(json::parse(response.body)["resource"], "https://mcp.example" + suffix);
  }
  const Response head = client.send(request("HEAD " + kRoot)).receive(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.header("Content-Length"), "0");
  const Response post = client.send(request("POST " + kRoot)).receive();
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.header("Allow"), "GET, HEAD");
  EXPECT_EQ(server.authenticator->asked, 0);
}

TEST(ResourceMetadata, AnswersPreflights) {
  TestServer server;
  server.open = false;
  server.start();
  const Response response = server.connect()
                                .send(request("OPTIONS " + kRoot + "/mcp",
                                              "Origin: https://any.example\r\n"
                                              "Access-Control-Request-Method: GET\r\n"
                                              "Access-Control-Request-Headers: "
                                              "mcp-protocol-version\r\n"))
                                .receive();
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(response.header("Access-Control-Allow-Methods"), "GET, HEAD");
  EXPECT_EQ(response.header("Access-Control-Allow-Headers"), "*");
}

TEST(ResourceMetadata, TheHostIsCheckedAndNeverRepeated) {
  TestServer server;
  server.open = false;
  server.start();
  const auto from = [&](const std::string& host, const std::string& extra = "") {
    return server.connect()
        .send("GET " + kRoot + " HTTP/1.1\r\nHost: " + host + "\r\n" + extra + "\r\n")
        .receive();
  };
  EXPECT_EQ(from("evil.example").status, 403);
  const Response response = from("localhost:1", "X-Forwarded-Host: evil.example\r\n");
  EXPECT_EQ(json::parse(response.body)["resource"], "https://mcp.example");
}

TEST(ResourceMetadata, IsNotThereWithoutSignIn) {
  TestServer server;
  server.start();
  EXPECT_EQ(server.connect().send(request("GET " + kRoot)).receive().status, 404);
  EXPECT_EQ(server.connect().send(request("GET " + kRoot + "/mcp")).receive().status, 404);
}

}  // namespace
}  // namespace adomcp::http::testing
