#include "http/origin_check.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace adomcp::http {
namespace {

using Verdict = OriginCheck::Verdict;

ServerSettings settings() {
  ServerSettings made;
  made.public_url = "https://MCP.example.com/mcp";
  made.allowed_hosts = {"adomcp.internal", "other.internal:8443"};
  made.allowed_origins = {"https://app.example.com", "https://tool.example.com:8080",
                          "vscode-webview://panel"};
  return made;
}

TEST(OriginCheck, AllowsLoopbackHostsWithAnyPort) {
  const OriginCheck check{ServerSettings{}};
  for (const char* host : {"localhost", "LOCALHOST:1", "127.0.0.1:7071", "[::1]", "[::1]:65535"}) {
    EXPECT_EQ(check.host(host), Verdict::kAllowed) << host;
  }
}

TEST(OriginCheck, RefusesForeignHosts) {
  const OriginCheck check{ServerSettings{}};
  for (const char* host : {"evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com",
                           "localhost.", "0.0.0.0", "127.0.0.2", "[::2]", "evil.com:7071"}) {
    EXPECT_EQ(check.host(host), Verdict::kRefused) << host;
  }
}

TEST(OriginCheck, CallsNonsenseMalformed) {
  const OriginCheck check{ServerSettings{}};
  for (const char* host :
       {"", ":80", "localhost:", "localhost:0", "localhost:65536", "localhost:1x", "a b",
        "user@localhost", "localhost/x", "http://localhost", "::1", "[::1", "[]", "a,localhost"}) {
    EXPECT_EQ(check.host(host), Verdict::kMalformed) << host;
  }
}

TEST(OriginCheck, AllowsThePublicHostAndListedHosts) {
  const OriginCheck check{settings()};
  EXPECT_EQ(check.host("mcp.example.com"), Verdict::kAllowed);
  EXPECT_EQ(check.host("mcp.EXAMPLE.com:443"), Verdict::kAllowed);
  EXPECT_EQ(check.host("adomcp.internal:9999"), Verdict::kAllowed);
  EXPECT_EQ(check.host("other.internal:8443"), Verdict::kAllowed);
  EXPECT_EQ(check.host("other.internal:8444"), Verdict::kRefused);
  EXPECT_EQ(check.host("other.internal"), Verdict::kRefused);
}

TEST(OriginCheck, AListedDefaultPortMayBeLeftOut) {
  ServerSettings plain;
  plain.allowed_hosts = {"a.internal:80", "b.internal:443"};
  const OriginCheck check{plain};
  EXPECT_EQ(check.host("a.internal"), Verdict::kAllowed);
  EXPECT_EQ(check.host("b.internal"), Verdict::kRefused);
  plain.tls = TlsSettings{};
  const OriginCheck secure{plain};
  EXPECT_EQ(secure.host("a.internal"), Verdict::kRefused);
  EXPECT_EQ(secure.host("b.internal"), Verdict::kAllowed);
}

TEST(OriginCheck, JudgesOrigins) {
  const OriginCheck check{settings()};
  for (const char* origin :
       {"http://localhost", "https://localhost:3000", "http://127.0.0.1:1", "http://[::1]:5",
        "https://mcp.example.com", "https://mcp.example.com:443", "https://APP.example.com",
        "https://tool.example.com:8080", "vscode-webview://panel"}) {
    EXPECT_TRUE(check.origin(origin)) << origin;
  }
  for (const char* origin :
       {"null", "", "http://evil.example.com", "http://mcp.example.com", "localhost",
        "https://mcp.example.com:8443", "https://tool.example.com", "file://localhost",
        "http://localhost.evil.com", "http://evil.com/localhost", "http://localhost@evil.com",
        "https://app.example.com.evil.com", "http://localhost http://evil.com"}) {
    EXPECT_FALSE(check.origin(origin)) << origin;
  }
}

TEST(OriginCheck, RefusesSettingsThatMeanNothing) {
  for (const char* url : {"mcp.example.com", "ftp://mcp.example.com", "https://", "https://a b"}) {
    ServerSettings bad;
    bad.public_url = url;
    EXPECT_THROW(OriginCheck{bad}, std::invalid_argument) << url;
  }
  ServerSettings bad;
  bad.allowed_hosts = {"https://host"};
  EXPECT_THROW(OriginCheck{bad}, std::invalid_argument);
}

}  // namespace
}  // namespace adomcp::http
