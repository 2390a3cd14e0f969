#include "plugin_host/load/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "plugin_host/load/elf_reader.h"
#include "unit/plugin_host/fixture.h"
#include "unit/plugin_host/load/elf_file.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Inspect, ReadsAPluginWithoutRunningIt) {
  const auto found = inspect(zoo_file("echo"));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->not_loadable, "");
  EXPECT_THAT(found->abi_majors, ElementsAre(0U));
  EXPECT_EQ(found->size, bytes_of(zoo_file("echo")).size());
  EXPECT_THAT(to_text(*found), HasSubstr("sha256:  " + found->sha256));
  EXPECT_THAT(to_text(*found), HasSubstr("ABI 0 (this host's)"));
}

TEST(Inspect, NamesAnotherMajorVersion) {
  const auto found = inspect(zoo_file("wrong_major"));
  ASSERT_TRUE(found);
  EXPECT_THAT(found->abi_majors, ElementsAre(1U));
  EXPECT_THAT(to_text(*found), HasSubstr("ABI 1 (not this host's)"));
}

TEST(Inspect, SaysWhatIsNoPlugin) {
  const auto library = inspect(zoo_file("not_a_plugin"));
  ASSERT_TRUE(library);
  EXPECT_EQ(library->not_loadable, "");
  EXPECT_THAT(library->abi_majors, IsEmpty());
  EXPECT_THAT(to_text(*library), HasSubstr("exports no adomcp_plugin_vN"));

  const auto text = inspect(zoo_file("text"));
  ASSERT_TRUE(text);
  EXPECT_THAT(to_text(*text), HasSubstr("library: no, it is not an ELF file"));

  const auto executable = inspect("/proc/self/exe");
  ASSERT_TRUE(executable);
  EXPECT_THAT(executable->abi_majors, IsEmpty());
}

TEST(Inspect, SaysWhatCannotBeRead) {
  EXPECT_THAT(inspect("/nowhere/missing.so").error().message, HasSubstr("no such file"));
  EXPECT_THAT(inspect("/tmp").error().message, HasSubstr("not a regular file"));
  EXPECT_THAT(inspect("/dev/null").error().message, HasSubstr("not a regular file"));
}

TEST(ElfReader, RefusesWhatIsOfAnotherKind) {
  std::string elf = bytes_of(zoo_file("good_c"));
  const auto refusal = [&](std::size_t offset, char value) {
    std::string changed = elf;
    changed[offset] = value;
    std::istringstream in(changed);
    const auto found = exported_symbols(in, changed.size(), "adomcp");
    return found ? std::string() : found.error().message;
  };
  EXPECT_THAT(refusal(4, 1), HasSubstr("not a 64-bit"));
  EXPECT_THAT(refusal(5, 2), HasSubstr("another processor"));
  EXPECT_THAT(refusal(18, 8), HasSubstr("another processor"));
  EXPECT_THAT(refusal(16, 1), HasSubstr("no shared library"));
  EXPECT_THAT(refusal(60, 0), HasSubstr("section table"));
}

TEST(ElfReader, SurvivesAnyTruncation) {
  const std::string elf = bytes_of(zoo_file("good_c"));
  for (std::size_t size = 0; size < elf.size(); size += 97) {
    std::istringstream in(elf.substr(0, size));
    EXPECT_FALSE(exported_symbols(in, size, "adomcp_plugin_v")) << size;
  }
}

TEST(ElfReader, SurvivesAnyByteInItsTables) {
  const std::string elf = bytes_of(zoo_file("good_c"));
  std::size_t named = 0;
  for (std::size_t offset = 0; offset < elf.size(); offset += offset < 64 ? 1 : 13) {
    for (const char value : {'\0', '\x7F', '\xFF'}) {
      std::string changed = elf;
      changed[offset] = value;
      std::istringstream in(changed);
      if (exported_symbols(in, changed.size(), "adomcp_plugin_v")) ++named;
    }
  }
  EXPECT_GT(named, 0U);
}

}  // namespace
}  // namespace adomcp::plugin_host
