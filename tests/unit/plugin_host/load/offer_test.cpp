#include "plugin_host/load/offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin_host/load/plugin.h"
#include "plugin_host/run/in_process_invoker.h"
#include "plugin_host/tool_guard.h"
#include "unit/plugin_host/fixture.h"

// Prompts, resources and completers, from start() to a call.

namespace adomcp::plugin_host {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string kFood = "zoo://{animal}/food";

PluginSettings offers() {
  PluginSettings settings = animal("offers");
  settings.tools.clear();
  settings.prompts = {"greets"};
  settings.resources = {"zoo://keeper", kFood};
  settings.timeout = std::chrono::seconds(7);
  settings.max_concurrent = 3;
  return settings;
}

PluginSettings duplicate() {
  PluginSettings settings = animal("duplicate_offer");
  settings.tools.clear();
  settings.prompts = {"greets", "its_own"};
  settings.resources = {"zoo://{beast}/food"};
  return settings;
}

template <typename Items>
std::vector<std::string> names(const Items& items) {
  std::vector<std::string> out;
  for (const auto& [name, item] : items) out.push_back(name);
  return out;
}

std::vector<std::string> messages(const std::vector<Problem>& problems) {
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(problem.message);
  return out;
}

class OfferTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Catalog> build(const std::vector<PluginSettings>& plugins) {
    return CatalogBuilder(log_.logger(), host_api()).build(plugins);
  }

  LogInMemory log_;
};

TEST_F(OfferTest, ServesAPluginWithoutTools) {
  const auto catalog = build({offers()});
  EXPECT_THAT(messages(catalog->problems()), IsEmpty());
  EXPECT_THAT(names(catalog->tools()), IsEmpty());
  EXPECT_THAT(names(catalog->prompts()), ElementsAre("greets"));
  EXPECT_THAT(names(catalog->resources()), ElementsAre("zoo://keeper", kFood));
  EXPECT_THAT(names(catalog->completers()), ElementsAre("greets", kFood));

  const Prompt* prompt = catalog->find_prompt("greets");
  ASSERT_NE(prompt, nullptr);
  EXPECT_EQ(prompt->kind, OperationKind::kPrompt);
  EXPECT_EQ(prompt->title, "A greeting");
  EXPECT_EQ(prompt->description, "Greets an animal.");
  EXPECT_EQ(prompt->arguments_json, R"([{"name":"animal","required":true}])");
  EXPECT_TRUE(prompt->read_only);
  EXPECT_EQ(prompt->timeout, std::chrono::seconds(7));
  EXPECT_EQ(prompt->guard->at_a_time(), 3U);
  EXPECT_EQ(prompt->plugin->id(), "offers");

  const Resource* resource = catalog->find_resource("zoo://keeper").resource;
  ASSERT_NE(resource, nullptr);
  EXPECT_EQ(resource->kind, OperationKind::kResource);
  EXPECT_FALSE(resource->is_template);
  EXPECT_EQ(resource->display_name, "Keeper");
  EXPECT_EQ(resource->title, "The keeper");
  EXPECT_EQ(resource->description, "Who keeps them.");
  EXPECT_EQ(resource->mime_type, "text/plain");
  EXPECT_TRUE(resource->read_only);

  const Callable& completer = catalog->completers().at("greets");
  EXPECT_EQ(completer.kind, OperationKind::kCompletion);
  EXPECT_NE(completer.guard, nullptr);
  EXPECT_NE(completer.guard, prompt->guard);
}

TEST_F(OfferTest, FindsWhatServesAUri) {
  const auto catalog = build({offers()});
  const FoundResource exact = catalog->find_resource("zoo://keeper");
  ASSERT_NE(exact.resource, nullptr);
  EXPECT_THAT(exact.variables, IsEmpty());
  const FoundResource made = catalog->find_resource("zoo://sea%20lion/food");
  ASSERT_NE(made.resource, nullptr);
  EXPECT_TRUE(made.resource->is_template);
  EXPECT_EQ(made.resource->name, kFood);
  EXPECT_THAT(made.variables, ElementsAre(Pair("animal", "sea lion")));
  EXPECT_EQ(catalog->find_resource(kFood).resource, nullptr);
  EXPECT_EQ(catalog->find_resource("zoo://lion/drink").resource, nullptr);
  EXPECT_EQ(catalog->find_prompt("nothing"), nullptr);
}

TEST_F(OfferTest, CallsWhatAPluginOffers) {
  const auto catalog = build({offers()});
  InProcessInvoker invoker(std::make_shared<FakeClient>(), log_.logger());
  const auto call = [&](const Callable& callee, const std::string& request) {
    return invoker.call({catalog, callee, request, {}});
  };
  EXPECT_EQ(call(*catalog->find_prompt("greets"), R"({"animal":"lion"})").structured,
            R"({"messages":[],"arguments":{"animal":"lion"}})");
  EXPECT_EQ(call(catalog->resources().at(kFood), R"({"uri":"zoo://lion/food"})").structured,
            R"({"contents":[],"request":{"uri":"zoo://lion/food"}})");
  EXPECT_EQ(call(catalog->completers().at(kFood), "{}").structured,
            R"({"values":["lion","lynx"]})");
}

TEST_F(OfferTest, WhatIsNotListedIsLoggedAndLeftOut) {
  PluginSettings settings = offers();
  settings.resources = {"zoo://keeper"};
  const auto catalog = build({settings});
  EXPECT_THAT(messages(catalog->problems()), IsEmpty());
  EXPECT_THAT(names(catalog->resources()), ElementsAre("zoo://keeper"));
  EXPECT_THAT(names(catalog->completers()), ElementsAre("greets"));
  EXPECT_THAT(log_.text(),
              AllOf(HasSubstr("[offers] not listed in prompts:, so not served: unlisted"),
                    HasSubstr("[offers] not listed in resources:, so not served: " + kFood)));
}

TEST_F(OfferTest, WhatIsListedMustBeThere) {
  PluginSettings settings = offers();
  settings.prompts.emplace_back("no_such");
  settings.resources.emplace_back("zoo://nowhere");
  const auto catalog = build({settings});
  EXPECT_THAT(
      messages(catalog->problems()),
      ElementsAre(
          HasSubstr(
              "prompt 'no_such': it is listed in prompts:, but the plugin has no such prompt"),
          HasSubstr("resource 'zoo://nowhere': it is listed in resources:, but the plugin has no "
                    "such resource")));
  EXPECT_THAT(names(catalog->prompts()), ElementsAre("greets"));
}

TEST_F(OfferTest, APluginOfWhichNothingIsServedIsRefused) {
  PluginSettings unlisted = offers();
  unlisted.prompts.clear();
  unlisted.resources.clear();
  EXPECT_THAT(messages(build({unlisted})->problems()),
              ElementsAre(HasSubstr("nothing of it can be served")));

  PluginSettings absent = offers();
  absent.prompts = {"no_such"};
  absent.resources.clear();
  const auto catalog = build({absent});
  EXPECT_THAT(messages(catalog->problems()), Contains(HasSubstr("nothing of it can be served")));
  EXPECT_THAT(catalog->plugins(), IsEmpty());
}

TEST_F(OfferTest, TheLaterOfTwoPluginsLosesWhatBothOffer) {
  const auto catalog = build({offers(), duplicate()});
  EXPECT_THAT(
      messages(catalog->problems()),
      ElementsAre(HasSubstr("prompt 'greets': plugin 'offers' serves it already"),
                  HasSubstr("resource 'zoo://{beast}/food': plugin 'offers' serves it already")));
  EXPECT_EQ(catalog->find_prompt("greets")->plugin->id(), "offers");
  EXPECT_EQ(catalog->find_prompt("its_own")->plugin->id(), "duplicate-offer");
  EXPECT_EQ(catalog->find_resource("zoo://lion/food").resource->plugin->id(), "offers");
}

TEST_F(OfferTest, WhatCannotBeIsRefusedAndAProblem) {
  PluginSettings settings = animal("bad_offers");
  settings.tools.clear();
  settings.prompts = {"bad_offers"};
  settings.resources = {"bad://{id}/log"};
  const auto catalog = build({settings});
  EXPECT_THAT(names(catalog->prompts()), ElementsAre("bad_offers"));
  EXPECT_THAT(names(catalog->resources()), ElementsAre("bad://{id}/log"));
  EXPECT_THAT(names(catalog->completers()), ElementsAre("bad_offers"));
  EXPECT_THAT(
      messages(catalog->problems()),
      ElementsAre(
          HasSubstr("a prompt: it has a struct_size of"),
          HasSubstr("prompt 'empty': it has no get function"),
          HasSubstr("prompt 'bad_offers': it is declared twice"),
          HasSubstr("prompt 'bad name': a name is 1 to 64"),
          HasSubstr("prompt 'object': its arguments_json is not a JSON array"),
          HasSubstr("prompt 'nameless': its arguments_json has an argument without a name"),
          HasSubstr("prompt 'twice': its arguments_json has an argument twice"),
          HasSubstr("prompt 'typed': its arguments_json has an argument whose title"),
          HasSubstr("prompt 'bytes': its arguments_json is not valid UTF-8"),
          HasSubstr("resource '': it needs either a uri or a uri_template"),
          HasSubstr("resource 'bad://both': it needs either a uri or a uri_template"),
          HasSubstr("resource 'no-scheme': its uri does not begin with a scheme"),
          HasSubstr("resource 'bad://none': its uri_template has no placeholder"),
          HasSubstr("resource 'bad://{other}/log': it is declared twice, or like another"),
          HasSubstr("resource 'bad://nameless': its name is not 1 to 256 bytes"),
          HasSubstr("resource 'bad://mime': its mime_type is not one"),
          HasSubstr("completer of '': it needs either a prompt or a uri_template"),
          HasSubstr("completer of 'unknown': the plugin has not declared what it completes"),
          HasSubstr("completer of 'bad://{unknown}': the plugin has not declared"),
          HasSubstr("completer of 'bad_offers': it is declared twice"),
          HasSubstr("task 'no_such_tool': the plugin has no tool of this name"),
          HasSubstr("app 'ui://bad/page': it is declared twice"),
          HasSubstr("app 'https://bad/app': the URI of an app begins with ui://"),
          HasSubstr("app 'ui://bad/nothing': its html does not begin with <!doctype html>"),
          HasSubstr("app 'ui://bad/asks': its ui_json has connectDomains that are no list"),
          HasSubstr("app of tool 'no_such_tool': the plugin has no tool of this name")));
  EXPECT_EQ(catalog->problems().front().declared_at, "plugins.yaml:1:1");
  EXPECT_THAT(log_.text(), HasSubstr("[bad-offers] prompt 'twice': its arguments_json"));
}

TEST_F(OfferTest, NothingCanBeDeclaredOutsideStart) {
  PluginSettings settings = animal("offers_late");
  const auto catalog = build({settings});
  EXPECT_THAT(messages(catalog->problems()), IsEmpty());
  InProcessInvoker invoker(std::make_shared<FakeClient>(), log_.logger());
  EXPECT_EQ(invoker.call({catalog, *catalog->find("offers_late"), "{}", {}}).text, "refused");
  EXPECT_THAT(names(catalog->prompts()), IsEmpty());
  EXPECT_FALSE(catalog->find("offers_late")->may_be_task);
  EXPECT_THAT(log_.text(), HasSubstr("[offers-late] prompts.add() works only in start()"));
}

TEST_F(OfferTest, AReloadSharesWhatIsOffered) {
  const CatalogBuilder builder(log_.logger(), host_api());
  const std::vector<PluginSettings> plugins{offers(), animal("begins_task")};
  const auto old = builder.build(plugins);
  const auto [next, problems] = builder.rebuild(*old, plugins, plugins);
  ASSERT_NE(next, nullptr);
  EXPECT_EQ(next->find_prompt("greets")->plugin, old->find_prompt("greets")->plugin);
  EXPECT_EQ(next->find_prompt("greets")->guard, old->find_prompt("greets")->guard);
  EXPECT_EQ(names(next->resources()), names(old->resources()));
  EXPECT_EQ(names(next->completers()), names(old->completers()));
  EXPECT_TRUE(next->find("begins_task")->may_be_task);
}

TEST_F(OfferTest, AReloadRefusesWhatIsAProblem) {
  const CatalogBuilder builder(log_.logger(), host_api());
  const std::vector<PluginSettings> plugins{offers(), duplicate()};
  const auto old = builder.build(plugins);
  const auto [next, problems] = builder.rebuild(*old, plugins, plugins);
  EXPECT_EQ(next, nullptr);
  EXPECT_EQ(problems.size(), 2U);
}

}  // namespace
}  // namespace adomcp::plugin_host
