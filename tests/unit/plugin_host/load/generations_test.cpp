#include "plugin_host/load/generations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/text.h"
#include "plugin_host/load/library.h"
#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

/// The zoo's echo and witness in a folder of their own.
class Rebuild : public testing::Test {
 protected:
  Rebuild() {
    fs::create_directories(folder_);
    fs::copy_file(zoo_file("echo"), echo_.library = folder_ + "/echo.so");
    witness_.settings_json = R"({"fd":)" + std::to_string(pipe_.writer()) + "}";
  }
  ~Rebuild() override { fs::remove_all(folder_); }

  CatalogBuilder::Rebuilt rebuild(const Catalog& old, const std::vector<PluginSettings>& now) {
    return CatalogBuilder(log_.logger(), host_api()).rebuild(old, before_, now);
  }
  std::shared_ptr<const Catalog> build() {
    before_ = {echo_, witness_};
    return CatalogBuilder(log_.logger(), host_api()).build(before_);
  }
  void change_echo() const { std::ofstream(echo_.library, std::ios::app) << "another"; }

  const std::string folder_ = fs::temp_directory_path() / ("adomcp-test-" + random_id());
  Pipe pipe_;
  LogInMemory log_;
  PluginSettings echo_ = animal("echo");
  PluginSettings witness_ = animal("witness");
  std::vector<PluginSettings> before_;
};

TEST_F(Rebuild, SharesWhatIsAsItWasAndReplacesWhatIsNot) {
  const auto old = build();
  ASSERT_THAT(old->problems(), IsEmpty());
  change_echo();
  witness_.declared_at = "plugins.yaml:9:1";
  const auto next = rebuild(*old, {witness_, echo_});
  ASSERT_NE(next.catalog, nullptr);
  EXPECT_EQ(next.catalog->find("witness")->plugin, old->find("witness")->plugin);
  const auto& before = *old->find("echo")->plugin;
  const auto& now = *next.catalog->find("echo")->plugin;
  EXPECT_NE(now.sha256(), before.sha256());
  EXPECT_THAT(now.loaded_from(), HasSubstr("echo-" + now.sha256() + ".so"));
  EXPECT_NE(now.loaded_from(), before.loaded_from());
  EXPECT_TRUE(is_mapped(before.loaded_from()) && is_mapped(now.loaded_from()));
  EXPECT_EQ(pipe_.read_some(), "s") << "the witness was started once and not stopped";
}

TEST_F(Rebuild, OtherSettingsStartAPluginAnew) {
  const auto old = build();
  witness_.timeout += std::chrono::seconds(1);
  const auto next = rebuild(*old, {echo_, witness_});
  ASSERT_NE(next.catalog, nullptr);
  EXPECT_NE(next.catalog->find("witness")->plugin, old->find("witness")->plugin);
  EXPECT_EQ(next.catalog->find("echo")->plugin, old->find("echo")->plugin);
  EXPECT_EQ(pipe_.read_some(), "ss");
}

TEST_F(Rebuild, OneProblemRefusesAllAndTheOldServesOn) {
  const auto old = build();
  change_echo();
  const auto refused =
      rebuild(*old, {echo_, witness_, animal("fails_in_start"), animal("missing")});
  EXPECT_EQ(refused.catalog, nullptr);
  EXPECT_EQ(refused.problems.size(), 2u);
  EXPECT_EQ(refused.problems[0].plugin, "fails-in-start");
  EXPECT_EQ(old->find("echo")->plugin->version(), "1.0.0");
  EXPECT_EQ(pipe_.read_some(), "s");
}

TEST_F(Rebuild, AToolOfASharedPluginMayBeTakenByThen) {
  const auto old = build();
  const auto refused = rebuild(*old, {animal("duplicate_tool", {"echo"}), echo_});
  EXPECT_EQ(refused.catalog, nullptr);
  EXPECT_THAT(refused.problems.at(0).message, HasSubstr("serves a tool of this name already"));
}

TEST_F(Rebuild, TheSameIdTwiceIsRefused) {
  const auto old = build();
  EXPECT_EQ(rebuild(*old, {echo_, echo_}).catalog, nullptr);
}

TEST_F(Rebuild, WhatIsNoLongerTrustedIsNotShared) {
  fs::permissions(folder_, fs::perms::owner_all);
  fs::permissions(echo_.library, fs::perms::owner_all);
  echo_.development = false;
  echo_.sha256 = (*Plugin::load(animal("echo"), log_.logger()))->sha256();
  const auto old = build();
  ASSERT_THAT(old->problems(), IsEmpty());
  EXPECT_NE(rebuild(*old, {echo_}).catalog, nullptr);
  fs::permissions(echo_.library, fs::perms::all);
  EXPECT_THAT(rebuild(*old, {echo_}).problems.at(0).message, HasSubstr("others may write to it"));
}

class GenerationsTest : public Rebuild {
 protected:
  /// Generations are taken apart on a thread of their own.
  static bool soon(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return holds();
  }
};

TEST_F(GenerationsTest, AreCountedUntilTheirLastHolderIsGone) {
  Generations generations(log_.logger());
  auto first = generations.track(build());
  EXPECT_EQ(generations.draining(), 0u);
  change_echo();
  const auto loaded_from = first->find("echo")->plugin->loaded_from();
  const auto second = generations.track(rebuild(*first, before_).catalog);
  auto call = first;
  first.reset();
  EXPECT_EQ(generations.draining(), 1u);
  EXPECT_TRUE(is_mapped(loaded_from));
  call.reset();
  EXPECT_TRUE(soon([&] { return generations.draining() == 0; }));
  EXPECT_FALSE(is_mapped(loaded_from));
  EXPECT_EQ(generations.kept_libraries(), 0u);
  EXPECT_EQ(pipe_.read_some(), "s") << "the shared plugin goes on";
}

TEST_F(GenerationsTest, ALibraryThatTheLoaderKeepsIsSaidOnce) {
  Generations generations(log_.logger());
  for (int i = 0; i < 2; ++i) {
    auto catalog = generations.track(build());
    // Held open a second time, as glibc holds one with unique symbols.
    const auto kept = Library::open(catalog->find("echo")->plugin->loaded_from());
    ASSERT_TRUE(kept);
    catalog.reset();
    EXPECT_TRUE(
        soon([&] { return generations.draining() == 0 && generations.kept_libraries() == 1; }));
  }
  const auto said = log_.text();
  const auto first = said.find("keeps its library " + echo_.library);
  ASSERT_NE(first, std::string::npos) << said;
  EXPECT_EQ(said.find("keeps its library", first + 1), std::string::npos);
}

TEST_F(GenerationsTest, HaveABound) {
  Generations generations(log_.logger());
  std::vector<std::shared_ptr<const Catalog>> held;
  for (std::size_t i = 0; i <= Generations::kMostOld; ++i) {
    EXPECT_TRUE(generations.check_room());
    held.push_back(generations.track(std::make_shared<const Catalog>()));
  }
  EXPECT_THAT(generations.check_room().error().text(), HasSubstr("keep 8 old generations"));
  held.pop_back();
  EXPECT_TRUE(soon([&] { return static_cast<bool>(generations.check_room()); }));
}

TEST_F(GenerationsTest, MayGoBeforeTheirCatalogs) {
  std::shared_ptr<const Catalog> left;
  {
    Generations generations(log_.logger());
    left = generations.track(build());
  }
  EXPECT_NE(left->find("echo"), nullptr);
  left.reset();
  EXPECT_EQ(pipe_.read_some(), "sx");
}

}  // namespace
}  // namespace adomcp::plugin_host
