#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "plugin_file.h"

namespace {

using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* kUri = "ui://adomcp/run";

std::string source() {
  std::ifstream file(ADOMCP_SOURCE_DIR "/plugins/run_app/run.html", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(RunApp, ThePageIsTheFileToTheByte) {
  Host host(plugin_file("run_app"));
  const Outcome out = host.read(kUri);
  EXPECT_EQ(out.status, ADOMCP_OK);
  ASSERT_THAT(out.answer["contents"], SizeIs(1));
  const json& page = out.answer["contents"][0];
  EXPECT_EQ(page["uri"], kUri);
  EXPECT_EQ(page["mimeType"], "text/html;profile=mcp-app");
  EXPECT_EQ(page["text"], source());
}

TEST(RunApp, ItAsksForNothingOfItsSandbox) {
  const Host host(plugin_file("run_app"));
  ASSERT_THAT(host.declared().apps, SizeIs(1));
  EXPECT_EQ(host.declared().apps[0].ui, json({{"prefersBorder", true}}));
  EXPECT_EQ(host.plugin().tool_count, 0U);
}

TEST(RunApp, ThePageNeedsNothingFromOutside) {
  const std::string page = source();
  for (const char* from_outside :
       {"src=\"http", "src='http", "href=\"http", "@import", "url(http", "<base"}) {
    EXPECT_THAT(page, Not(HasSubstr(from_outside)));
  }
}

TEST(RunApp, ToolsOfOtherPluginsPointToIt) {
  for (const auto& [plugin, tool] :
       {std::pair("runs", "get_run"), std::pair("run_failure_logs", "get_run_failure_logs")}) {
    const Host host(plugin_file(plugin));
    const auto& links = host.declared().links;
    ASSERT_THAT(links, SizeIs(1)) << plugin;
    EXPECT_EQ(links.at(tool).uri, kUri);
    EXPECT_EQ(links.at(tool).visible_to, ADOMCP_UI_MODEL | ADOMCP_UI_APP);
  }
}

}  // namespace
