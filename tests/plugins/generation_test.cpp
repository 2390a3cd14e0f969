// What a reload relies on: two copies of one plugin's file, loaded side by side, share nothing.
#include <gtest/gtest.h>
#include <adomcp/testing.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace {

using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
namespace fs = std::filesystem;

class Generation : public testing::Test {
 protected:
  Generation() {
    std::string pattern = (fs::temp_directory_path() / "adomcp-generation-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Generation() override { fs::remove_all(folder_); }

  /// A host with a copy of its own of the same file.
  std::unique_ptr<Host> load(const std::string& name) {
    const fs::path copy = folder_ / (name + ".so");
    fs::copy_file(ADOMCP_GENERATION, copy);
    return std::make_unique<Host>(copy.string(), json{{"name", name}});
  }

  fs::path folder_;
};

TEST_F(Generation, CopiesSideBySideAreApart) {
  const auto old_one = load("old");
  EXPECT_EQ(old_one->call(json::object()).answer,
            (json{{"name", "old"}, {"calls", 1}, {"inline_calls", 1}}));
  const auto new_one = load("new");
  EXPECT_NE(&old_one->plugin(), &new_one->plugin());
  EXPECT_EQ(new_one->call(json::object()).answer,
            (json{{"name", "new"}, {"calls", 1}, {"inline_calls", 1}}));
  // The newer one's start() has not reached the older one.
  const Outcome again = old_one->call(json::object());
  EXPECT_EQ(again.answer, (json{{"name", "old"}, {"calls", 2}, {"inline_calls", 2}}));
  EXPECT_EQ(again.logs.size(), 1U);
}

TEST_F(Generation, TheNewerOneOutlivesTheOlder) {
  auto old_one = load("old");
  const auto new_one = load("new");
  old_one->call(json::object());
  old_one.reset();  // its host is gone, as is what its host pointer pointed to
  EXPECT_EQ(new_one->call(json::object()).answer,
            (json{{"name", "new"}, {"calls", 1}, {"inline_calls", 1}}));
  // The same file again is a third generation, and starts from nothing.
  EXPECT_EQ(load("third")->call(json::object()).answer["calls"], 1);
}

}  // namespace
