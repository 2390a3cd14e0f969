// Animals that no other test of this room is about. tests/zoo/README.md lists them all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/text.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/run/in_process_invoker.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ZooTest : public ::testing::Test {
 protected:
  ZooTest() { fs::create_directories(folder_); }
  ~ZooTest() override { fs::remove_all(folder_); }

  void serve(const std::vector<PluginSettings>& plugins) {
    catalog_ = CatalogBuilder(log_.logger(), host_api()).build(plugins);
  }

  CallResult call(const std::string& tool, const std::string& arguments = "{}") {
    return invoker_.call({catalog_, *catalog_->find(tool), arguments, {}, {}});
  }

  void expect_echo() {
    EXPECT_EQ(call("echo", R"({"text":"still here"})").structured, R"({"text":"still here"})");
  }

  PluginSettings echo_copy() {
    PluginSettings settings = animal("echo");
    settings.library = (folder_ / "echo.so").string();
    fs::copy_file(zoo_file("echo"), settings.library, fs::copy_options::overwrite_existing);
    return settings;
  }

  LogInMemory log_;
  fs::path folder_ = fs::path(::testing::TempDir()) / ("zoo_" + random_id());
  std::shared_ptr<const Catalog> catalog_;
  InProcessInvoker invoker_{std::make_shared<FakeClient>(), log_.logger()};
};

TEST_F(ZooTest, AnExceptionThatPassesThroughCEndsItsCallAlone) {
  serve({animal("throws_through_c"), animal("echo")});
  ASSERT_THAT(catalog_->problems(), IsEmpty());
  const CallResult result = call("throws_through_c");
  EXPECT_EQ(result.outcome, Outcome::kCrashed);
  EXPECT_EQ(result.text, "The tool failed inside its plugin.");
  expect_echo();
}

TEST_F(ZooTest, APluginByClangWithLibcxxIsServedAndItsExceptionsStayInside) {
  if (!fs::exists(zoo_file("libcxx"))) {
    GTEST_SKIP() << "built without clang++ and libc++; ./dev test installs them";
  }
  serve({animal("libcxx", {"libcxx", "libcxx_throws", "libcxx_throws_out"}), animal("echo")});
  ASSERT_THAT(catalog_->problems(), IsEmpty()) << catalog_->problems().front().message;
  EXPECT_THAT(catalog_->find("libcxx")->plugin->built_with(), HasSubstr("Clang"));
  const CallResult counted = call("libcxx", R"({"text":"many a word and many more"})");
  EXPECT_EQ(counted.structured, R"({"many":2})");
  const CallResult few = call("libcxx", R"({"text":"few"})");
  EXPECT_TRUE(few.is_error);
  EXPECT_EQ(few.text, "There are not many.");
  const CallResult inside = call("libcxx_throws");
  EXPECT_TRUE(inside.is_error);
  EXPECT_THAT(inside.text, Not(HasSubstr("client's eyes")));
  EXPECT_EQ(call("libcxx_throws_out").outcome, Outcome::kCrashed);
  expect_echo();
}

TEST_F(ZooTest, ALibraryThatWasCutShortIsRefusedBeforeItIsLoaded) {
  const PluginSettings cut = echo_copy();
  const auto size = fs::file_size(cut.library);
  for (const auto kept : {size * 9 / 10, size / 2, std::uintmax_t{4096}, std::uintmax_t{70},
                          std::uintmax_t{10}, std::uintmax_t{0}}) {
    fs::resize_file(cut.library, kept);
    serve({cut, animal("good_c", {"hello_c"})});
    EXPECT_EQ(catalog_->find("echo"), nullptr) << kept;
    EXPECT_EQ(catalog_->problems().size(), 1U) << kept;
    EXPECT_NE(catalog_->find("hello_c"), nullptr) << kept;
  }
}

TEST_F(ZooTest, ALibraryMayBeOverwrittenAndCutWhileItServes) {
  const PluginSettings settings = echo_copy();
  serve({settings});
  ASSERT_THAT(catalog_->problems(), IsEmpty());
  const auto size = fs::file_size(settings.library);
  {
    std::ofstream in_place(settings.library, std::ios::binary | std::ios::in | std::ios::out);
    in_place << std::string(size, '\xCC');
  }
  expect_echo();
  fs::resize_file(settings.library, 0);
  expect_echo();
  fs::remove(settings.library);
  expect_echo();
  // The next one of this name is loaded anew, whatever the dynamic loader remembers.
  const auto old = catalog_;
  fs::copy_file(zoo_file("good_c"), settings.library);
  PluginSettings next = animal("good_c", {"hello_c"});
  next.library = settings.library;
  serve({next});
  EXPECT_EQ(call("hello_c").text, "hello");
  catalog_ = old;
  expect_echo();
}

TEST_F(ZooTest, WhatLeaksIsServedAndTheHostKeepsNothingOfIt) {
  serve({animal("leaks"), animal("echo")});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(call("leaks").outcome, Outcome::kSuccess);
  const std::weak_ptr<const Catalog> watched = catalog_;
  expect_echo();
  catalog_.reset();
  EXPECT_TRUE(watched.expired());
}

class LeavesThreadTest : public ZooTest {
 protected:
  LeavesThreadTest() {
    PluginSettings settings = animal("leaves_thread");
    settings.settings_json = R"({"enter":)" + std::to_string(enter_.writer()) + R"(,"release":)" +
                             std::to_string(release_.reader()) + "}";
    serve({settings, animal("echo")});
  }
  /// Its thread answers, so that it runs.
  char ask(char byte) {
    EXPECT_EQ(write(release_.writer(), &byte, 1), 1);
    return enter_.read_byte();
  }

  Pipe enter_;
  Pipe release_;
};

TEST_F(LeavesThreadTest, AThreadLeftBehindIsReportedAndItsCodeStays) {
  ASSERT_THAT(catalog_->problems(), IsEmpty());
  EXPECT_EQ(ask('a'), 'a');
  catalog_.reset();
  EXPECT_THAT(log_.text(),
              HasSubstr("[leaves-thread] threads that it began in start() run on, which "
                        "stop()"));
  EXPECT_THAT(log_.text(), Not(HasSubstr("[echo]")));
  EXPECT_EQ(ask('b'), 'b');  // in code that would be gone
  EXPECT_EQ(ask('x'), 'x');
}

TEST_F(LeavesThreadTest, AThreadThatEndedInTimeIsNotReported) {
  EXPECT_EQ(ask('x'), 'x');
  catalog_.reset();
  EXPECT_THAT(log_.text(), Not(HasSubstr("run on")));
}

}  // namespace
}  // namespace adomcp::plugin_host
