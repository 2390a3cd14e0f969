#include "plugin_host/load/catalog_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/text.h"
#include "plugin_host/load/inspect.h"
#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CatalogBuilderTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Catalog> build(const std::vector<PluginSettings>& plugins,
                                       CatalogBuilder::ToolCheck check = {}) {
    return CatalogBuilder(log_.logger(), host_api(), std::move(check)).build(plugins);
  }

  LogInMemory log_;
};

std::vector<std::string> names(const Catalog& catalog) {
  std::vector<std::string> out;
  for (const auto& [name, tool] : catalog.tools()) out.push_back(name);
  return out;
}

TEST_F(CatalogBuilderTest, ServesAPluginInCAndOneInCpp) {
  const auto catalog = build({animal("good_c", {"hello_c"}), animal("echo")});
  EXPECT_THAT(catalog->problems(), IsEmpty());
  EXPECT_THAT(names(*catalog), ElementsAre("echo", "hello_c"));
  const Tool* tool = catalog->find("hello_c");
  ASSERT_NE(tool, nullptr);
  EXPECT_EQ(tool->title, "Hello");
  EXPECT_EQ(tool->input_schema, R"({"type":"object"})");
  EXPECT_TRUE(tool->read_only);
  EXPECT_TRUE(tool->idempotent);
  EXPECT_FALSE(tool->destructive);
  EXPECT_EQ(tool->plugin->version(), "1.0.0");
  EXPECT_EQ(tool->plugin->built_with(), "C11");
  EXPECT_EQ(catalog->find("nothing"), nullptr);
}

struct Case {
  std::string name;
  std::string says;
};

class BadPlugin : public CatalogBuilderTest, public ::testing::WithParamInterface<Case> {};

TEST_P(BadPlugin, IsLeftOutByNameAndTheRestIsServed) {
  const auto catalog = build({animal(GetParam().name), animal("echo")});
  EXPECT_THAT(names(*catalog), ElementsAre("echo"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  const Problem& problem = catalog->problems().front();
  EXPECT_EQ(problem.plugin, animal(GetParam().name).id);
  EXPECT_EQ(problem.declared_at, "plugins.yaml:1:1");
  EXPECT_THAT(problem.message,
              AllOf(HasSubstr("'" + problem.plugin + "'"), HasSubstr(zoo_file(GetParam().name)),
                    HasSubstr(GetParam().says)));
  EXPECT_THAT(log_.text(), HasSubstr("plugins.yaml:1:1: " + problem.message));
}

INSTANTIATE_TEST_SUITE_P(
    Zoo, BadPlugin,
    ::testing::Values(
        Case{"missing", "there is no such file"}, Case{"text", "it is not an ELF file"},
        Case{"not_a_plugin", "does not export adomcp_plugin_v0"},
        Case{"wrong_major", "built for plugin ABI 1, this host speaks ABI 0"},
        Case{"undefined_symbol", "undefined symbol: a_function_that_nobody_has"},
        Case{"no_metadata", "no adomcp section"},
        Case{"broken_metadata", "its adomcp section does not hold a JSON object"},
        Case{"metadata_lies", "disagree on the id: 'somebody-else' and 'metadata-lies'"},
        Case{"short_struct", "struct_size of 72"},
        Case{"wrong_major_field", "disagree on the plugin ABI: 7.3 and 0.3"},
        Case{"newer_minor", "needs a host with plugin ABI 0.4"},
        Case{"wrong_id", "calls itself 'somebody-else', the configuration calls it 'wrong-id'"},
        Case{"short_tool", "tool 0 has a struct_size of 88"}, Case{"bad_name", "named 'bad name!'"},
        Case{"bad_schema", "input_schema is not a JSON object"},
        Case{"bad_flags", "READ_ONLY and DESTRUCTIVE"},
        Case{"twice_the_same", "declares the tool 'twice_the_same' twice"},
        Case{"fails_in_start", "start() failed with status 6: the board's address is missing"},
        Case{"throws_in_start", "start() threw"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(CatalogBuilderTest, RefusesAFolderAndARelativePath) {
  PluginSettings folder = animal("echo");
  folder.library = ADOMCP_BUILD_DIR "/zoo";
  EXPECT_THAT(build({folder})->problems().at(0).message, HasSubstr("not a regular file"));

  PluginSettings relative = animal("echo");
  relative.library = std::filesystem::relative(relative.library).string();
  EXPECT_THAT(build({relative})->problems().at(0).message, HasSubstr("not absolute"));
}

TEST_F(CatalogBuilderTest, RefusesWhatItMayNotRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  PluginSettings secret = animal("echo");
  secret.library = ::testing::TempDir() + "secret_" + random_id() + ".so";
  std::filesystem::copy_file(zoo_file("echo"), secret.library);
  std::filesystem::permissions(secret.library, std::filesystem::perms::none);
  EXPECT_THAT(build({secret})->problems().at(0).message, HasSubstr("cannot be read"));
  std::filesystem::remove(secret.library);
}

TEST_F(CatalogBuilderTest, HoldsAFileAgainstItsPinBeforeItIsLoaded) {
  PluginSettings pinned = animal("echo");
  pinned.sha256 = inspect(pinned.library)->sha256;
  for (char& c : pinned.sha256) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_THAT(build({pinned})->problems(), IsEmpty());

  // Its constructor aborts: that this test goes on shows that the file wasn't loaded.
  PluginSettings other = animal("wrong_major");
  other.sha256 = std::string(64, '0');
  EXPECT_THAT(build({other})->problems().at(0).message, HasSubstr("not the pinned 0000"));
}

TEST_F(CatalogBuilderTest, TheLaterOfTwoPluginsLosesATool) {
  const auto catalog = build({animal("echo"), animal("duplicate_tool", {"echo"})});
  EXPECT_THAT(names(*catalog), ElementsAre("echo"));
  EXPECT_EQ(catalog->find("echo")->plugin->id(), "echo");
  ASSERT_EQ(catalog->problems().size(), 2U);
  EXPECT_THAT(catalog->problems().at(0).message,
              AllOf(HasSubstr("duplicate-tool"), HasSubstr("plugin 'echo' serves a tool")));
  EXPECT_THAT(catalog->problems().at(1).message, HasSubstr("nothing of it can be served"));
}

TEST_F(CatalogBuilderTest, AnIdIsTakenOnce) {
  const auto catalog = build({animal("echo"), animal("echo")});
  EXPECT_EQ(catalog->plugins().size(), 1U);
  EXPECT_THAT(catalog->problems().at(0).message, HasSubstr("has this id already"));
}

TEST_F(CatalogBuilderTest, ServesWhatIsListedAndReportsWhatIsNotThere) {
  Pipe pipe;
  PluginSettings witness = animal("witness", {"witness", "imagined"});
  witness.settings_json = R"({"fd":)" + std::to_string(pipe.writer()) + "}";
  const auto catalog = build({witness});
  EXPECT_THAT(names(*catalog), ElementsAre("witness"));
  ASSERT_EQ(catalog->problems().size(), 1U);
  EXPECT_THAT(catalog->problems().at(0).message,
              HasSubstr("tool 'imagined': it is listed in tools:, but"));
  EXPECT_THAT(log_.text(), HasSubstr("[witness] not listed in tools:, so not served: unlisted"));
  EXPECT_THAT(log_.text(), HasSubstr("[witness] starting"));
}

TEST_F(CatalogBuilderTest, AToolCheckMayRefuse) {
  const auto catalog = build({animal("echo"), animal("good_c", {"hello_c"})},
                             [](const Tool& tool) -> std::optional<std::string> {
                               if (tool.name == "echo")
                                 return "it uses a keyword that isn't supported";
                               return std::nullopt;
                             });
  EXPECT_THAT(names(*catalog), ElementsAre("hello_c"));
  EXPECT_THAT(catalog->problems().at(0).message,
              HasSubstr("tool 'echo': it uses a keyword that isn't supported"));
}

TEST_F(CatalogBuilderTest, StopsAPluginOnceWithItsLastCatalog) {
  Pipe pipe;
  PluginSettings witness = animal("witness");
  witness.settings_json = R"({"fd":)" + std::to_string(pipe.writer()) + "}";
  auto first = build({witness});
  auto second = first;
  first.reset();
  EXPECT_EQ(pipe.read_some(), "s");
  second.reset();
  pipe.close_writer();
  EXPECT_EQ(pipe.read_some(), "x");
  EXPECT_EQ(pipe.read_some(), "");
}

}  // namespace
}  // namespace adomcp::plugin_host
