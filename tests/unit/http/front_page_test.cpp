#include "http/front_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Accepts {
  const char* header;
  bool html;
};

class FrontPage : public ::testing::TestWithParam<Accepts> {};

TEST_P(FrontPage, IsForThoseWhoAskForHtml) {
  TestServer server;
  server.start();
  const auto answer =
      server.connect()
          .send("GET / HTTP/1.1\r\nHost: localhost\r\n" + std::string(GetParam().header) + "\r\n")
          .receive();
  EXPECT_EQ(answer.status, 200);
  if (!GetParam().html) {
    EXPECT_THAT(answer.body, HasSubstr("an MCP server; POST /mcp"));
    return;
  }
  EXPECT_EQ(answer.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(answer.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(answer.body, ::testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(answer.body, HasSubstr("/mcp"));
  EXPECT_THAT(answer.body, Not(HasSubstr("<script")));
  EXPECT_THAT(answer.body, Not(HasSubstr("src=")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, FrontPage,
    ::testing::Values(
        Accepts{"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n",
                true},
        Accepts{"Accept: text/html\r\n", true}, Accepts{"Accept: TEXT/HTML;q=0.5\r\n", true},
        Accepts{"", false}, Accepts{"Accept: */*\r\n", false},
        Accepts{"Accept: text/plain\r\n", false},
        Accepts{"Accept: application/json, text/html;q=0.5\r\n", false},
        Accepts{"Accept: text/html;q=0\r\n", false}, Accepts{"Accept: text/html; q=0\r\n", false},
        Accepts{"Accept: text/html ; Q=0.0\r\n", false},
        Accepts{"Accept: application/json, text/html; q=0.1\r\n", false},
        Accepts{"Accept: text/html; level=1; q=0.4, text/plain;q=0.3\r\n", true},
        Accepts{"Accept: text/htmlx\r\n", false},
        Accepts{"Accept: application/json, text/event-stream\r\n", false}));

TEST(FrontPageText, NamesTheAddressThatClientsNeed) {
  ServerSettings server;
  server.public_url = "https://mcp.example.com";
  const auto page = front_page(server, true, "1.2.3").body;
  EXPECT_THAT(page, HasSubstr("https://mcp.example.com/mcp"));
  EXPECT_THAT(page, HasSubstr("&quot;servers&quot;"));
  EXPECT_THAT(page, HasSubstr("signs you in"));
  server.public_url.clear();
  server.host = "::1";
  server.port = 7071;
  EXPECT_THAT(front_page(server, false, "1").body, HasSubstr("http://[::1]:7071/mcp"));
  EXPECT_THAT(front_page(server, false, "1").body, HasSubstr("Nobody signs in here"));
}

TEST(FrontPageText, TextIsNeverHtml) {
  EXPECT_EQ(html_text("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_THAT(html_answer("<x>", "").body, HasSubstr("<title>&lt;x&gt;</title>"));
}

}  // namespace
}  // namespace adomcp::http::testing
