#include "plugin_host/load/app_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

adomcp_str str(const std::string& text) {
  return {text.data(), text.size()};
}

/// The texts of an app; a good one until the test changes something.
struct Words {
  std::string uri = "ui://a/b";
  std::string name = "b";
  std::string title = "B";
  std::string description = "A page.";
  std::string html = "<!doctype html><title>b</title>";
  std::string ui;
  std::string meta;
  std::string icons;

  Result<Resource> read() const {
    return read_app({sizeof(adomcp_app), 0, str(uri), str(name), str(title), str(description),
                     str(html), str(ui), str(meta), str(icons)});
  }
  std::string wrong() const {
    const auto app = read();
    return app ? "" : app.error().message;
  }
};

TEST(AppReader, AnAppIsAResourceWithItsPage) {
  Words words;
  words.ui = R"({ "prefersBorder": true })";
  words.meta = R"({ "a": 1 })";
  words.icons = R"([{ "src": "https://a" }])";
  const auto app = words.read();
  ASSERT_TRUE(app) << app.error().message;
  EXPECT_EQ(app->kind, OperationKind::kResource);
  EXPECT_TRUE(app->read_only);
  EXPECT_TRUE(is_app(*app));
  EXPECT_EQ(app->name, "ui://a/b");
  EXPECT_EQ(app->display_name, "b");
  EXPECT_EQ(app->mime_type, "text/html;profile=mcp-app");
  EXPECT_EQ(*app->page, words.html);
  EXPECT_EQ(app->ui_json, R"({"prefersBorder":true})");
  EXPECT_EQ(app->meta_json, R"({"a":1})");
  EXPECT_EQ(app->icons_json, R"([{"src":"https://a"}])");
  EXPECT_EQ(app->entry, nullptr);
}

TEST(AppReader, ADocumentIsWholeAndOfOneMebibyteAtMost) {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  Words words;
  for (const char* begin : {"<!doctype html>", "<!DOCTYPE HTML>", "<!Doctype html SYSTEM \"x\">"}) {
    words.html = begin;
    words.html.resize(kMost, ' ');
    EXPECT_EQ(words.wrong(), "") << begin;
  }
  words.html += ' ';
  EXPECT_THAT(words.wrong(), HasSubstr("larger than 1 MiB"));
  for (const char* other : {"", "<p>", "<html></html>", " <!doctype html>", "<!doctype"}) {
    words.html = other;
    EXPECT_THAT(words.wrong(), HasSubstr("does not begin with <!doctype html>")) << other;
  }
  words.html = "<!doctype html>\xff";
  EXPECT_THAT(words.wrong(), HasSubstr("not valid UTF-8"));
}

TEST(AppReader, WordsAreChecked) {
  for (const char* uri : {"", "ui:", "ui://", "UI://a", "https://a", "run", "xui://a"}) {
    Words words;
    words.uri = uri;
    EXPECT_THAT(words.wrong(), HasSubstr("begins with ui://")) << uri;
  }
  for (const std::string& uri :
       {std::string("ui://a b"), std::string("ui://{id}"), "ui://" + std::string(3000, 'a')}) {
    Words words;
    words.uri = uri;
    EXPECT_THAT(words.wrong(), HasSubstr("its uri ")) << uri;
  }
  for (const std::string& name : {std::string(), std::string(257, 'a'), std::string("\xff")}) {
    Words words;
    words.name = name;
    EXPECT_THAT(words.wrong(), HasSubstr("its name is not 1 to 256"));
  }
  Words words;
  words.description = std::string(20000, 'a');
  EXPECT_THAT(words.wrong(), HasSubstr("its description is longer"));
  words = {};
  words.meta = R"({"ui":{}})";
  EXPECT_THAT(words.wrong(), HasSubstr("its meta_json has the key 'ui'"));
  words = {};
  words.icons = "{}";
  EXPECT_THAT(words.wrong(), HasSubstr("its icons_json is not a JSON array"));
}

TEST(AppReader, WhatItAsksOfItsSandboxIsMcps) {
  for (
      const char* good : {
          "{}",
          R"({"csp":{}})",
          R"({"csp":{"connectDomains":["https://a.example","wss://a:8443","http://localhost:80"]}})",
          R"({"csp":{"resourceDomains":["https://*.example.com"],"frameDomains":[],
               "baseUriDomains":["https://a"]}})",
          R"({"permissions":{"camera":{},"microphone":{},"geolocation":{},"clipboardWrite":{}}})",
          R"({"domain":"a.example.com","prefersBorder":false})",
      }) {
    Words words;
    words.ui = good;
    EXPECT_EQ(words.wrong(), "") << good;
  }
  const auto connect = [](const std::string& domain) {
    return R"({"csp":{"connectDomains":[)" + domain + "]}}";
  };
  for (const auto& [ui, says] : std::vector<std::pair<std::string, std::string>>{
           {"[]", "no JSON object"},
           {"{", "no JSON object"},
           {"{\"domain\":\"" + std::string(20000, 'a') + "\"}", "no JSON object of at most 16 KiB"},
           {R"({"csp":[]})", "a csp that is no object"},
           {R"({"csp":{"scriptDomains":[]}})", "unknown member of csp: 'scriptDomains'"},
           {R"({"csp":{"connectDomains":"https://a"}})", "no list of at most 64 origins"},
           {connect("1"), "no list of at most 64 origins"},
           {connect(R"("*")"), "no list of at most 64 origins"},
           {connect(R"("a.example")"), "no list of at most 64 origins"},
           {connect(R"("https://")"), "no list of at most 64 origins"},
           {connect(R"("https://*")"), "no list of at most 64 origins"},
           {connect(R"("https://a.*.example")"), "no list of at most 64 origins"},
           {connect(R"("https://a/path")"), "no list of at most 64 origins"},
           {connect(R"("https://a:")"), "no list of at most 64 origins"},
           {connect(R"("https://a:x")"), "no list of at most 64 origins"},
           {connect(R"("https://a; script-src *")"), "no list of at most 64 origins"},
           {connect(R"("https://a'unsafe-eval'")"), "no list of at most 64 origins"},
           {connect(R"("data://a")"), "no list of at most 64 origins"},
           {R"({"permissions":[]})", "permissions that are no object"},
           {R"({"permissions":{"usb":{}}})", "unknown permission: 'usb'"},
           {R"({"permissions":{"camera":true}})", "the permission camera that isn't {}"},
           {R"({"domain":"https://a"})", "a domain that is no name of a host"},
           {R"({"domain":1})", "a domain that is no name of a host"},
           {R"({"prefersBorder":"yes"})", "a prefersBorder that is no bool"},
           {R"({"resourceUri":"ui://a"})", "unknown member: 'resourceUri'"},
       }) {
    Words words;
    words.ui = ui;
    EXPECT_THAT(words.wrong(), AllOf(HasSubstr("its ui_json "), HasSubstr(says)))
        << ui.substr(0, 80);
  }
}

TEST(AppReader, ALinkSaysWhichAppAndForWhom) {
  EXPECT_EQ(read_app_link("ui://a/b", 0).value(), (AppLink{"ui://a/b", true, true}));
  EXPECT_EQ(read_app_link("ui://a/b", 1).value(), (AppLink{"ui://a/b", true, false}));
  EXPECT_EQ(read_app_link("ui://a/b", 2).value(), (AppLink{"ui://a/b", false, true}));
  EXPECT_EQ(read_app_link("", 2).value(), (AppLink{"", false, true}));
  EXPECT_THAT(read_app_link("", 0).error().message, HasSubstr("names no app"));
  EXPECT_THAT(read_app_link("ui://a/b", 4).error().message, HasSubstr("a flag that is none"));
  EXPECT_THAT(read_app_link("https://a", 0).error().message, HasSubstr("begins with ui://"));
}

class AppOfferTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Catalog> build(const PluginSettings& settings) {
    auto catalog = CatalogBuilder(log_.logger(), host_api()).build({settings});
    for (const Problem& problem : catalog->problems()) problems_.push_back(problem.message);
    return catalog;
  }

  testing_support::LogInMemory log_;
  std::vector<std::string> problems_;
};

TEST_F(AppOfferTest, AppsAreServedWithAllThatWasSaid) {
  PluginSettings settings = animal("apps", {"shown", "for_the_app", "plain", "for_none"});
  settings.resources = {"ui://zoo/page", "ui://zoo/large", "zoo://note"};
  const auto catalog = build(settings);
  EXPECT_THAT(problems_, IsEmpty());
  const auto& page = catalog->resources().at("ui://zoo/page");
  EXPECT_TRUE(is_app(page));
  EXPECT_THAT(*page.page, HasSubstr("password = \"hunter2hunter2\""));
  EXPECT_EQ(page.ui_json,
            R"({"csp":{"connectDomains":["https://*.example.com","wss://example.com:8443"],)"
            R"("frameDomains":["https://frames.example.com"]},"domain":"zoo.example.com",)"
            R"("permissions":{"clipboardWrite":{}},"prefersBorder":false})");
  EXPECT_EQ(page.meta_json, R"({"zoo/of":"pages"})");
  EXPECT_NE(page.guard, nullptr);
  EXPECT_EQ(catalog->resources().at("ui://zoo/large").page->size(), std::size_t{1} << 20);
  const auto& note = catalog->resources().at("zoo://note");
  EXPECT_FALSE(is_app(note));
  EXPECT_EQ(note.meta_json, R"({"zoo/of":"notes"})");
  EXPECT_THAT(note.icons_json, HasSubstr("data:image/png"));

  const Tool* const shown = catalog->find("shown");
  EXPECT_EQ(shown->app, (AppLink{"ui://zoo/page", true, true}));
  EXPECT_EQ(shown->meta_json, R"({"zoo/of":"lions"})");
  EXPECT_THAT(shown->icons_json, HasSubstr("\"sizes\":[\"48x48\",\"any\"]"));
  EXPECT_EQ(catalog->find("for_the_app")->app, (AppLink{"ui://zoo/page", false, true}));
  EXPECT_EQ(catalog->find("plain")->app, std::nullopt);
}

TEST_F(AppOfferTest, AnAppThatIsNotListedIsNotServed) {
  const auto catalog = build(animal("apps", {"shown"}));
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_TRUE(catalog->resources().empty());
  EXPECT_TRUE(catalog->find("shown")->app) << "what isn't served is left out when it is told";
  EXPECT_THAT(log_.text(), HasSubstr("not listed in resources:, so not served: ui://zoo/page"));
}

}  // namespace
}  // namespace adomcp::plugin_host
