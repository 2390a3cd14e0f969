#include "plugin_host/plugin_log.h"

#include <adomcp/plugin.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plugin_host/call/host_api.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::HasSubstr;

TEST(PluginLog, BoundsALineAndNamesThePlugin) {
  LogInMemory memory;
  const PluginLog log("git", memory.logger());
  log.write(ADOMCP_ERROR, std::string(std::size_t{1000} * 1000, 'x'));
  EXPECT_THAT(memory.text(), HasSubstr("[git] xxx"));
  EXPECT_LT(memory.text().size(), 5000U);
}

TEST(PluginLog, CallLessLinesGoToTheInnermostScopeOfTheThread) {
  LogInMemory memory;
  BoundedLog outer(PluginLog("outer", memory.logger()));
  BoundedLog inner(PluginLog("inner", memory.logger()));
  const std::string text = "from start";
  {
    const LogScope one(outer);
    const LogScope two(inner);
    host_api().log(nullptr, ADOMCP_WARN, {text.data(), text.size()});
  }
  EXPECT_THAT(memory.text(), HasSubstr("[inner] from start"));
  EXPECT_EQ(LogScope::current(), nullptr);
}

TEST(HostApi, TakesNullPointersForAnswers) {
  const adomcp_host& host = host_api();
  EXPECT_EQ(host.struct_size, sizeof(adomcp_host));
  EXPECT_EQ(host.interrupted(nullptr), ADOMCP_CANCELLED);
  EXPECT_EQ(host.remaining_ms(nullptr), 0);
  EXPECT_EQ(host.ado(nullptr, nullptr, nullptr, 1), ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(host.service("adomcp.nothing/1"), nullptr);
  EXPECT_EQ(host.service(nullptr), nullptr);
  host.progress(nullptr, 1, 2, {});
  host.content(nullptr, {});
  host.reply(nullptr, {}, {});
  host.note(nullptr, {}, {});
}

}  // namespace
}  // namespace adomcp::plugin_host
