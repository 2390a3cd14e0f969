#include "plugin_host/load/process_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>

#include "core/text.h"
#include "plugin_host/catalog.h"
#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void handler(int) {}

sighandler_t handler_of(int number) {
  struct sigaction now {};
  sigaction(number, nullptr, &now);
  return now.sa_handler;
}

/// As files are made with it now.
unsigned current_umask() {
  const std::string path = ::testing::TempDir() + "umask_" + random_id();
  std::ofstream(path).put('x');
  struct stat made {};
  EXPECT_EQ(stat(path.c_str(), &made), 0);
  std::filesystem::remove(path);
  return 0666U & ~made.st_mode;
}

TEST(ProcessState, FindsNothingWhereNothingWasDone) {
  EXPECT_THAT(ProcessState().restore(), IsEmpty());
  const ProcessState before;
  EXPECT_THAT(before.restore(), IsEmpty());
  EXPECT_THAT(before.restore(), IsEmpty());
}

TEST(ProcessState, SaysAllThatChangedAndPutsItBack) {
  const auto folder = std::filesystem::current_path();
  const auto mask = current_umask();
  ASSERT_STREQ(std::setlocale(LC_ALL, nullptr), "C");
  const ProcessState before;

  std::signal(SIGUSR2, handler);
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::filesystem::current_path("/");
  umask(0123);
  std::fesetround(FE_DOWNWARD);
  const auto changed = before.restore();
  EXPECT_THAT(changed, ElementsAre("the handler of SIGUSR2",
                                   AllOf(HasSubstr("the locale from C to "), HasSubstr("C.UTF-8")),
                                   "the working folder from " + folder.string() + " to /",
                                   HasSubstr(" to 0123"), HasSubstr("floating point")));

  EXPECT_EQ(handler_of(SIGUSR2), SIG_DFL);
  EXPECT_STREQ(std::setlocale(LC_ALL, nullptr), "C");
  EXPECT_EQ(std::filesystem::current_path(), folder);
  EXPECT_EQ(current_umask(), mask);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  EXPECT_THAT(before.restore(), IsEmpty());
}

TEST(ProcessState, TakesTheEnvironmentBackAndTellsNoValue) {
  setenv("ADOMCP_STAYS", "same", 1);
  setenv("ADOMCP_CHANGES", "as before", 1);
  setenv("ADOMCP_GOES", "was there", 1);
  static std::string owned_by_plugin = "ADOMCP_COMES=secret";
  const ProcessState before;
  setenv("ADOMCP_CHANGES", "secret", 1);
  unsetenv("ADOMCP_GOES");
  putenv(owned_by_plugin.data());
  EXPECT_THAT(before.restore(),
              ElementsAre("the environment (ADOMCP_CHANGES, ADOMCP_GOES, ADOMCP_COMES)"));
  EXPECT_STREQ(getenv("ADOMCP_STAYS"), "same");
  EXPECT_STREQ(getenv("ADOMCP_CHANGES"), "as before");
  EXPECT_STREQ(getenv("ADOMCP_GOES"), "was there");
  EXPECT_EQ(getenv("ADOMCP_COMES"), nullptr);
  EXPECT_THAT(before.restore(), IsEmpty());
  setenv("ADOMCP_CHANGES", "by the host", 1);  // still an environment like any other
  EXPECT_STREQ(getenv("ADOMCP_CHANGES"), "by the host");
  for (const char* name : {"ADOMCP_STAYS", "ADOMCP_CHANGES", "ADOMCP_GOES"}) unsetenv(name);
}

TEST(ProcessState, PutsBackWhenItGoes) {
  {
    const ProcessState before;
    std::signal(SIGUSR2, handler);
  }
  EXPECT_EQ(handler_of(SIGUSR2), SIG_DFL);
}

TEST(ProcessState, OtherThreadsMayMakeFilesAndReadTheEnvironmentMeanwhile) {
  const auto mask = current_umask();
  std::atomic<bool> over{false};
  auto other = std::async(std::launch::async, [&] {
    unsigned wrong = 0;
    while (!over) {
      if (current_umask() != mask || getenv("PATH") == nullptr) ++wrong;
    }
    return wrong;
  });
  for (int i = 0; i < 200; ++i) EXPECT_THAT(ProcessState().restore(), IsEmpty());
  over = true;
  EXPECT_EQ(other.get(), 0U);
}

class MeddlingTest : public ::testing::Test {
 protected:
  /// What the one problem says of the animal; echo is served beside it.
  std::string refusal(PluginSettings settings) {
    const auto catalog =
        CatalogBuilder(log_.logger(), host_api()).build({std::move(settings), animal("echo")});
    EXPECT_NE(catalog->find("echo"), nullptr);
    EXPECT_EQ(catalog->plugins().size(), 1U);
    EXPECT_EQ(catalog->problems().size(), 1U);
    return catalog->problems().empty() ? "" : catalog->problems().front().message;
  }

  LogInMemory log_;
};

TEST_F(MeddlingTest, APluginThatChangesTheProcessInStartIsRefusedByName) {
  const std::vector<std::string> whats = {"the locale from C to ", "the handler of SIGUSR2",
                                          "the working folder from ", "the umask from ",
                                          "the environment (ADOMCP_ZOO)"};
  for (std::size_t i = 0; i < whats.size(); ++i) {
    const ProcessState before;
    PluginSettings settings = animal("changes_state");
    settings.settings_json = R"({"what":)" + std::to_string(i) + "}";
    EXPECT_THAT(refusal(settings),
                AllOf(HasSubstr("'changes-state'"), HasSubstr("it changed " + whats[i]),
                      HasSubstr("put back")));
    EXPECT_THAT(before.restore(), IsEmpty()) << whats[i];
  }
  PluginSettings quiet = animal("changes_state");
  quiet.settings_json = R"({"what":99})";
  EXPECT_THAT(CatalogBuilder(log_.logger(), host_api()).build({quiet})->problems(), IsEmpty());
}

TEST_F(MeddlingTest, AnInitializerThatChangesTheProcessIsFoundToo) {
  const ProcessState before;
  const auto why = refusal(animal("changes_state_at_load"));
  EXPECT_THAT(why, HasSubstr("it changed the handler of SIGUSR1, the signal mask"));
#ifdef __SSE__
  EXPECT_THAT(why, HasSubstr("the floating point mode"));
#endif
  EXPECT_THAT(before.restore(), IsEmpty());
}

TEST_F(MeddlingTest, WhatIsRefusedForAnotherReasonIsPutBackAsWell) {
  const ProcessState before;
  const auto catalog = CatalogBuilder(log_.logger(), host_api())
                           .build({animal("changes_state_at_load", {"imagined"})});
  ASSERT_FALSE(catalog->problems().empty());
  EXPECT_THAT(catalog->problems().back().message, HasSubstr("nothing of it can be served"));
  EXPECT_THAT(before.restore(), IsEmpty());
}

}  // namespace
}  // namespace adomcp::plugin_host
