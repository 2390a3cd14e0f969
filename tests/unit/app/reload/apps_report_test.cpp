#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/reload/client_report.h"
#include "app/reload/reload_report.h"
#include "app/reload/reloader.h"
#include "unit/plugin_host/fixture.h"

// Apps that come and go: what clients are told of it, and what the operator is.

namespace adomcp::app {
namespace {

using plugin_host::animal;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class AppsReport : public testing::Test {
 protected:
  static Settings serving(const std::vector<std::string>& resources) {
    Settings settings;
    settings.plugins = {animal("apps", {"shown", "plain", "for_any_app"})};
    settings.plugins[0].resources = resources;
    return settings;
  }
  std::shared_ptr<const plugin_host::Catalog> catalog(const Settings& settings) {
    auto made = catalog_builder(log_.logger(), settings).build(settings.plugins);
    EXPECT_TRUE(made->problems().empty());
    return made;
  }
  ListChanges changes(const Settings& before, const Settings& now) {
    const auto old = tool_index(catalog(before), before);
    const auto fresh = tool_index(catalog(now), now);
    return list_changes(*old, before, *fresh, now);
  }

  testing_support::LogInMemory log_;
};

TEST_F(AppsReport, AnAppThatComesOrGoesChangesTheToolsToo) {
  const auto with = serving({"ui://zoo/page"});
  const auto without = serving({"zoo://note"});
  for (const auto& [before, now] : {std::pair(with, without), std::pair(without, with)}) {
    const auto told = changes(before, now);
    EXPECT_TRUE(told.tools) << "clients that show apps see other tools";
    EXPECT_TRUE(told.resources);
    EXPECT_FALSE(told.prompts);
  }
  const auto other = changes(with, serving({"ui://zoo/page", "ui://zoo/large"}));
  EXPECT_FALSE(other.tools) << "no tool points to it";
  EXPECT_TRUE(other.resources);
  EXPECT_FALSE(changes(with, with).tools);
}

TEST_F(AppsReport, AToolWhoseAppNobodyServesIsAWarning) {
  const auto without = serving({"zoo://note"});
  EXPECT_THAT(app_warnings(*catalog(without), without),
              ElementsAre(AllOf(StartsWith("plugins.yaml:1:1: plugin 'apps': tool 'shown': "),
                                HasSubstr("no plugin serves the app ui://zoo/page"),
                                HasSubstr("list it in resources: of its plugin"))));
  const auto with = serving({"ui://zoo/page"});
  EXPECT_THAT(app_warnings(*catalog(with), with), IsEmpty());
}

}  // namespace
}  // namespace adomcp::app
