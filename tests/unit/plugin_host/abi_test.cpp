#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "plugin_host/run/in_process_invoker.h"
#include "unit/plugin_host/call_fixture.h"
#include "unit/plugin_host/fixture.h"

// What holds for built plugins; the bytes of plugin.h itself are looked at in tests/abi.

namespace adomcp::plugin_host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The lines of `nm -D --defined-only`.
std::vector<std::string> defined_symbols(const std::string& file) {
  FILE* const out = popen(("nm -D --defined-only '" + file + "'").c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = fread(piece.data(), 1, piece.size(), out)) {
    text.append(piece.data(), count);
  }
  EXPECT_EQ(pclose(out), 0);
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Abi, PluginsExportOneSymbolThatIsNotUnique) {
  for (const char* name : {"echo", "good_c", "calls_ado", "witness", "hangs", "statuses"}) {
    const auto symbols = defined_symbols(zoo_file(name));
    ASSERT_EQ(symbols.size(), 1U) << name;
    EXPECT_NE(symbols.front().find(" adomcp_plugin_v0"), std::string::npos) << symbols.front();
    EXPECT_EQ(symbols.front().find(" u "), std::string::npos) << symbols.front();
  }
}

#ifdef __x86_64__
constexpr bool kHasKept = true;
#else
constexpr bool kHasKept = false;  // tests/abi/kept/README.md says how one is made
#endif

PluginSettings kept(const char* file) {
  PluginSettings settings = animal("kept");
  settings.library = std::string(ADOMCP_SOURCE_DIR "/tests/abi/kept/") + file;
  return settings;
}

azure_devops::Response kept_answer(const azure_devops::Request& request) {
  azure_devops::Response response;
  if (request.path == "streamed") {
    request.on_chunk("pie");
    request.on_chunk("ces");
    return response;
  }
  response.body = "body";
  response.continuation_token = "next";
  return response;
}

TEST(KeptBinary, OfAbi01IsServedAsItIs) {
  if (!kHasKept) GTEST_SKIP() << "no binary of ABI 0.1 is kept for this architecture";
  const LogInMemory log;
  const auto catalog = CatalogBuilder(log.logger(), host_api()).build({kept("abi_0_1_x86_64.so")});
  ASSERT_THAT(catalog->problems(), IsEmpty()) << catalog->problems().front().message;
  const auto client = std::make_shared<FakeClient>(
      [](const auto&, const auto& request) { return kept_answer(request); });
  InProcessInvoker invoker(client, log.logger());
  const CallResult result = invoker.call({catalog, *catalog->find("kept"), R"({"n":1})", {}, {}});
  EXPECT_EQ(result.text, "all is as it was");
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.structured, R"({"n":1})");
  EXPECT_EQ(result.run_id, 4711);
  EXPECT_THAT(log.text(), HasSubstr("[kept] kept and called"));
  EXPECT_EQ(client->requests().at(0).query, "a=b");
}

const std::string kNumbered = "kept://{id}/log";

class KeptBinary02 : public LinkedTest {
 protected:
  void SetUp() override {
    if (!kHasKept) GTEST_SKIP() << "no binary of ABI 0.2 is kept for this architecture";
    PluginSettings settings = kept("abi_0_2_x86_64.so");
    settings.prompts = {"greet"};
    settings.resources = {"kept://latest", kNumbered};
    serve({settings});
  }
  std::string structured(const Callable& callee) {
    return invoker_.call({catalog_, callee, "{}", {}}).structured;
  }
};

TEST_F(KeptBinary02, AsksKeepsAndBecomesATask) {
  EXPECT_TRUE(catalog_->find("kept")->may_be_task);
  const auto first =
      std::make_shared<FakeLink>([](const auto&) { return Asked{Asked::State::kLater}; });
  EXPECT_TRUE(call("kept", "{}", first).input_required);
  EXPECT_EQ(first->told(), (std::vector<FakeLink::Progress>{{1, 2, "half"}}));
  EXPECT_EQ(first->questions().at(0).key, "go");
  EXPECT_EQ(first->to_keep(), "first round");

  const std::string yes = R"({"action":"accept","content":{"go":true}})";
  const auto second = std::make_shared<FakeLink>(
      [&](const auto&) {
        return Asked{Asked::State::kAnswered, yes};
      },
      [](FakeLink::Times times) { return std::optional(Deadline::after(times.ttl)); },
      "first round");
  const CallResult result = call("kept", "{}", second);
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, "all is as it was");
  EXPECT_EQ(result.structured, yes);
  EXPECT_THAT(result.content, ElementsAre(R"({"type":"text","text":"a block"})"));
}

TEST_F(KeptBinary02, ItsPromptResourcesAndCompletionAreServed) {
  EXPECT_THAT(structured(*catalog_->find_prompt("greet")), HasSubstr("hello"));
  EXPECT_THAT(structured(catalog_->resources().at("kept://latest")), HasSubstr("new"));
  EXPECT_THAT(structured(catalog_->resources().at(kNumbered)), HasSubstr("log"));
  EXPECT_EQ(structured(catalog_->completers().at(kNumbered)), R"({"values":["7","77"]})");
}

TEST(KeptBinary, OfAbi03SaysWhatItIsAndWhichAppShowsIt) {
  if (!kHasKept) GTEST_SKIP() << "no binary of ABI 0.3 is kept for this architecture";
  PluginSettings settings = kept("abi_0_3_x86_64.so");
  settings.resources = {"kept://latest", "ui://kept/page"};
  const LogInMemory log;
  const auto catalog = CatalogBuilder(log.logger(), host_api()).build({settings});
  ASSERT_THAT(catalog->problems(), IsEmpty()) << catalog->problems().front().message;
  const Tool& tool = *catalog->find("kept");
  EXPECT_EQ(tool.meta_json, R"({"example.com/kind":"kept"})");
  EXPECT_THAT(tool.icons_json, HasSubstr(R"("src":"https://example.com/kept.png")"));
  EXPECT_EQ(tool.app, (AppLink{"ui://kept/page", true, false}));
  EXPECT_EQ(catalog->resources().at("kept://latest").meta_json, R"({"example.com/kind":"latest"})");
  const Resource& page = catalog->resources().at("ui://kept/page");
  EXPECT_EQ(*page.page, "<!doctype html><title>kept</title>");
  EXPECT_THAT(page.ui_json, HasSubstr(R"("connectDomains":["https://example.com"])"));
  InProcessInvoker invoker(std::make_shared<FakeClient>(), log.logger());
  EXPECT_EQ(invoker.call({catalog, tool, "{}", {}, {}}).text, "all is as it was");
}

}  // namespace
}  // namespace adomcp::plugin_host
