#include "plugin_host/load/plugin_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/text.h"
#include "plugin_host/load/catalog_builder.h"
#include "plugin_host/load/elf_reader.h"
#include "plugin_host/load/inspect.h"
#include "unit/plugin_host/fixture.h"
#include "unit/plugin_host/load/elf_file.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kGoodC = R"({"abi":"0.3","id":"good-c","version":"1.0.0"})";

Result<std::vector<std::string>> texts_in(const std::string& bytes) {
  std::istringstream in(bytes);
  return section_texts(in, bytes.size(), "adomcp");
}

Result<PluginMetadata> metadata_in(const std::string& bytes) {
  std::istringstream in(bytes);
  return read_metadata(in, bytes.size());
}

TEST(ElfSection, HoldsWhatTheMacrosWrite) {
  EXPECT_THAT(texts_in(bytes_of(zoo_file("good_c"))).value(), ElementsAre(kGoodC));
  EXPECT_THAT(texts_in(bytes_of(zoo_file("echo"))).value(),
              ElementsAre(R"({"abi":"0.3","id":"echo","version":"1.0.0"})"));
  EXPECT_THAT(texts_in(bytes_of(zoo_file("no_metadata"))).value(), IsEmpty());
}

TEST(ElfSection, MissingEmptySeveralAndTooLargeAreToldApart) {
  ElfFile renamed(zoo_file("good_c"));
  renamed.rename_section("adomcp", "adomcq");
  EXPECT_THAT(texts_in(renamed.bytes()).value(), IsEmpty());
  EXPECT_THAT(metadata_in(renamed.bytes()).error().message,
              AllOf(HasSubstr("no adomcp section"), HasSubstr("another SDK"),
                    HasSubstr("ADOMCP_PLUGIN"), HasSubstr("ADOMCP_METADATA")));

  ElfFile empty(zoo_file("good_c"));
  empty.section("adomcp").sh_size = 0;
  EXPECT_THAT(metadata_in(empty.bytes()).error().message, HasSubstr("no adomcp section"));

  ElfFile several(zoo_file("good_c"));
  several.text_of("adomcp")[10] = '\0';
  EXPECT_THAT(metadata_in(several.bytes()).error().message, HasSubstr("holds 2 texts"));

  ElfFile large(zoo_file("good_c"));
  large.section("adomcp").sh_size = 4097;
  EXPECT_THAT(metadata_in(large.bytes()).error().message, HasSubstr("more than 4096 bytes"));
}

TEST(ElfSection, SectionsOfOneNameCountTogether) {
  ElfFile twice(zoo_file("good_c"));
  auto& other = twice.section(".comment");
  other = twice.section("adomcp");
  EXPECT_THAT(texts_in(twice.bytes()).value(), ElementsAre(kGoodC, kGoodC));
  EXPECT_THAT(metadata_in(twice.bytes()).error().message, HasSubstr("holds 2 texts"));
  other.sh_size = 4096;
  EXPECT_THAT(metadata_in(twice.bytes()).error().message, HasSubstr("more than 4096 bytes"));
}

TEST(ElfSection, WhatLiesOutsideTheFileIsRefused) {
  ElfFile nowhere(zoo_file("good_c"));
  nowhere.section("adomcp").sh_offset = nowhere.bytes().size() - 3;
  EXPECT_THAT(texts_in(nowhere.bytes()).error().message, HasSubstr("section adomcp is damaged"));
  nowhere.section("adomcp").sh_offset = ~std::uint64_t{0};
  EXPECT_THAT(texts_in(nowhere.bytes()).error().message, HasSubstr("section adomcp is damaged"));

  ElfFile without_bytes(zoo_file("good_c"));
  without_bytes.section("adomcp").sh_type = SHT_NOBITS;
  EXPECT_THAT(texts_in(without_bytes.bytes()).error().message, HasSubstr("is damaged"));

  ElfFile nameless(zoo_file("good_c"));
  nameless.header().e_shstrndx = 0xFFFF;
  EXPECT_THAT(texts_in(nameless.bytes()).error().message, HasSubstr("section table"));

  ElfFile names_outside(zoo_file("good_c"));
  names_outside.section(".shstrtab").sh_size = ~std::uint64_t{0};
  EXPECT_THAT(texts_in(names_outside.bytes()).error().message, HasSubstr("section table"));
}

TEST(ElfSection, SurvivesAnyTruncationAndAnyByte) {
  const std::string elf = bytes_of(zoo_file("good_c"));
  for (std::size_t size = 0; size < elf.size(); size += 97) {
    EXPECT_FALSE(texts_in(elf.substr(0, size))) << size;
  }
  std::size_t read = 0;
  for (std::size_t offset = 0; offset < elf.size(); offset += offset < 64 ? 1 : 13) {
    for (const char value : {'\0', '\x7F', '\xFF'}) {
      std::string changed = elf;
      changed[offset] = value;
      if (metadata_in(changed)) ++read;
    }
  }
  EXPECT_GT(read, 0U);
}

TEST(PluginMetadata, IsReadAndUnknownMembersAreForLaterHosts) {
  const auto said =
      parse_metadata(R"({"needs":["x"],"version":"2.0.0-rc.1","id":"pipeline-runs","abi":"3.14"})");
  ASSERT_TRUE(said) << said.error().text();
  EXPECT_EQ(said->abi_major, 3U);
  EXPECT_EQ(said->abi_minor, 14U);
  EXPECT_EQ(said->id, "pipeline-runs");
  EXPECT_EQ(said->version, "2.0.0-rc.1");
}

TEST(PluginMetadata, AnythingElseIsRefused) {
  for (const char* text : {"", "hello", R"({"abi":"0.1")", "[1]", R"("text")", "null",
                           "{\"abi\":\"0.1\",\"id\":\"\xC0\xAF\",\"version\":\"1\"}",
                           R"({"abi":"0.1","id":"x","version":"1"}{})"}) {
    const auto said = parse_metadata(text);
    ASSERT_FALSE(said) << text;
    EXPECT_THAT(said.error().message, HasSubstr("does not hold a JSON object")) << text;
  }
  for (const char* abi : {R"(0.1)", R"("0")", R"("")", R"(".")", R"("0.")", R"(".1")", R"("a.b")",
                          R"("-1.0")", R"("0.1.2")", R"("0.1u")", R"(" 0.1")", R"("0.65536")",
                          R"("99999999999.0")", R"([0,1])", "null"}) {
    const auto said = parse_metadata(std::string(R"({"id":"x","version":"1","abi":)") + abi + "}");
    ASSERT_FALSE(said) << abi;
    EXPECT_THAT(said.error().message, HasSubstr("lacks the ABI")) << abi;
  }
  EXPECT_THAT(parse_metadata(R"({"abi":"0.1","version":"1"})").error().message,
              HasSubstr("lacks its id"));
  EXPECT_THAT(parse_metadata(R"({"abi":"0.1","id":7,"version":"1"})").error().message,
              HasSubstr("lacks its id"));
  EXPECT_THAT(parse_metadata(R"({"abi":"0.1","id":"x"})").error().message,
              HasSubstr("lacks its version"));
  EXPECT_THAT(parse_metadata(R"({"abi":"0.1","id":"x","version":{}})").error().message,
              HasSubstr("lacks its version"));
}

/// Loads changed copies of animals, and sees whether a constructor of the zoo has run.
class Metadata : public ::testing::Test {
 protected:
  Metadata() { setenv(kTrace, std::to_string(trace_).c_str(), 1); }
  ~Metadata() override {
    unsetenv(kTrace);
    close(trace_);
    std::filesystem::remove(copy_);
  }

  static constexpr const char* kTrace = "ADOMCP_ZOO_TRACE";
  bool code_has_run() const { return lseek(trace_, 0, SEEK_END) > 0; }

  std::string problem(const PluginSettings& settings) {
    const auto catalog = CatalogBuilder(log_.logger(), host_api()).build({settings});
    return catalog->problems().empty() ? "" : catalog->problems().front().message;
  }
  /// Puts `now` in the place of `before` in the animal's section.
  std::string changed(const std::string& name, const std::string& before, const std::string& now) {
    ElfFile file(zoo_file(name));
    const auto text = file.text_of("adomcp");
    const auto at = std::string_view(text.data(), text.size()).find(before);
    EXPECT_NE(at, std::string_view::npos) << before;
    EXPECT_EQ(now.size(), before.size());
    std::copy(now.begin(), now.end(), text.begin() + static_cast<std::ptrdiff_t>(at));
    std::ofstream(copy_, std::ios::binary) << file.bytes();
    return copy_;
  }
  std::string problem_when(const std::string& name, const std::string& before,
                           const std::string& now) {
    auto settings = animal(name);
    settings.library = changed(name, before, now);
    return problem(settings);
  }

  const int trace_ = memfd_create("trace", MFD_CLOEXEC);  // what the zoo's constructors write to
  const std::string copy_ = ::testing::TempDir() + "metadata_" + random_id() + ".so";
  LogInMemory log_;
};

TEST_F(Metadata, IsHeldAgainstHostAndConfigurationBeforeAnyCodeRuns) {
  EXPECT_THAT(problem(animal("no_metadata")), HasSubstr("no adomcp section"));
  EXPECT_THAT(problem(animal("broken_metadata")), HasSubstr("not hold a JSON object"));
  EXPECT_THAT(problem(animal("newer_minor")),
              HasSubstr("needs a host with plugin ABI 0.4, this one speaks 0.3; update the host"));
  EXPECT_THAT(problem(animal("wrong_id")), HasSubstr("calls itself 'somebody-else'"));
  EXPECT_THAT(problem_when("wrong_id", R"("0.3")", R"("7.2")"),
              HasSubstr("says plugin ABI 7.2, this host speaks 0.3; build it against"));
  EXPECT_FALSE(code_has_run());

  auto right = animal("wrong_id");
  right.id = "somebody-else";
  EXPECT_EQ(problem(right), "");
  EXPECT_TRUE(code_has_run());
}

TEST_F(Metadata, MustAgreeWithTheDescriptor) {
  EXPECT_THAT(problem(animal("metadata_lies")),
              HasSubstr("disagree on the id: 'somebody-else' and 'metadata-lies'"));
  EXPECT_THAT(problem_when("echo", "1.0.0", "1.0.9"),
              HasSubstr("disagree on the version: '1.0.0' and '1.0.9'"));
  EXPECT_THAT(problem_when("echo", R"("0.3")", R"("0.0")"),
              HasSubstr("disagree on the plugin ABI: 0.3 and 0.0"));
  EXPECT_EQ(problem_when("echo", "1.0.0", "1.0.0"), "");
}

TEST_F(Metadata, IsShownWithoutRunningAnything) {
  const auto text = to_text(*inspect(zoo_file("wrong_id")));
  EXPECT_THAT(text, AllOf(HasSubstr("\nid:      somebody-else\n"), HasSubstr("\nversion: 1.0.0\n"),
                          HasSubstr("\nabi:     0.3 (this host speaks 0.3)\n"),
                          HasSubstr("\n  - id: \"somebody-else\"\n    library: \"" +
                                    zoo_file("wrong_id") + "\"\n    sha256: ")));
  EXPECT_THAT(to_text(*inspect(zoo_file("newer_minor"))),
              AllOf(HasSubstr("abi:     0.4 (this host speaks 0.3)"), Not(HasSubstr("plugins:"))));
  for (const char* name : {"no_metadata", "broken_metadata", "wrong_major"}) {
    const auto found = inspect(zoo_file(name));
    EXPECT_FALSE(found->metadata) << name;
    EXPECT_THAT(to_text(*found), AllOf(HasSubstr("\nid:      none, " + found->no_metadata),
                                       Not(HasSubstr("plugins:"))));
  }
  EXPECT_FALSE(code_has_run());
}

TEST_F(Metadata, NoIdBreaksOutOfItsLine) {
  const auto text = to_text(*inspect(changed("good_c", "good-c", R"(g\nd-c)")));
  EXPECT_THAT(text, AllOf(HasSubstr("id:      g\\x0ad-c\n"), HasSubstr(R"(- id: "g\nd-c")")));
}

}  // namespace
}  // namespace adomcp::plugin_host
