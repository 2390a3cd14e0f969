#include "plugin_host/load/bounded_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <regex>
#include <string>
#include <thread>

#include "core/deadline.h"
#include "plugin_host/load/plugin.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kShort{20};
constexpr milliseconds kLong = std::chrono::seconds(60);

/// Whether a library of this process has such a path; those whose file is gone end in " (deleted)".
bool mapped(const std::string& path) {
  const std::regex wanted(path);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (std::regex_search(line, wanted)) return true;
  }
  return false;
}

void wait_for(const LogInMemory& log, const std::string& text) {
  while (log.text().find(text) == std::string::npos) std::this_thread::yield();
}

struct EndOfThread {
  explicit EndOfThread(std::atomic<bool>& gone) : gone_(gone) {}
  ~EndOfThread() { gone_ = true; }
  std::atomic<bool>& gone_;
};

TEST(BoundedRun, RunsOnAThreadOfItsOwnThatIsGoneAfterwards) {
  std::thread::id where;
  static std::atomic<bool> gone;
  gone = false;
  EXPECT_EQ(bounded_run(
                [&where] {
                  where = std::this_thread::get_id();
                  thread_local const EndOfThread kEnd(gone);
                },
                kLong),
            BoundedRun::kDone);
  EXPECT_NE(where, std::this_thread::get_id());
  EXPECT_TRUE(gone);
}

TEST(BoundedRun, LeavesBehindWhatDoesNotReturn) {
  const auto release = std::make_shared<Pipe>();
  const auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = owned;
  const auto work = [release, owned] { release->read_byte(); };
  EXPECT_EQ(bounded_run(work, kShort), BoundedRun::kStillRunning);
  EXPECT_EQ(watched.use_count(), 3);
  release->close_writer();
  while (watched.use_count() > 2) std::this_thread::yield();
}

/// A plugin whose start() or stop() waits until `release` is closed.
PluginSettings waiting(const std::string& name, const Pipe& release) {
  PluginSettings settings = animal(name);
  settings.settings_json = R"({"release":)" + std::to_string(release.reader()) + "}";
  return settings;
}

TEST(PluginStart, ThatHangsIsGivenUpAndItsLibraryStays) {
  LogInMemory log;
  Pipe release;
  const auto settings = waiting("hangs_in_start", release);
  {
    const auto plugin = Plugin::load(settings, log.logger());
    ASSERT_TRUE(plugin) << plugin.error().text();
    const auto started = (*plugin)->start(host_api(), settings.settings_json, {kShort, kShort});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().message,
              "its start() did not return within 20 ms; it is left behind, loaded but not served");
  }
  release.close_writer();
  wait_for(log, "[hangs-in-start] started late");
  // Its copy goes after its library would: then what is mapped stays.
  const auto until = Deadline::after(kLong);
  const std::string gone = "/hangs_in_start-[0-9a-f]*.so .deleted.";
  while (!mapped(gone) && !until.passed()) std::this_thread::yield();
  EXPECT_TRUE(mapped(gone));
}

TEST(PluginStart, HasTenSecondsAndStopFive) {
  EXPECT_EQ(PluginLimits{}.start, std::chrono::seconds(10));
  EXPECT_EQ(PluginLimits{}.stop, std::chrono::seconds(5));
}

TEST(PluginStop, ThatHangsIsGivenUpAndItsLibraryStays) {
  LogInMemory log;
  Pipe release;
  const auto settings = waiting("hangs_in_stop", release);
  {
    const auto plugin = Plugin::load(settings, log.logger());
    ASSERT_TRUE(plugin) << plugin.error().text();
    ASSERT_TRUE((*plugin)->start(host_api(), settings.settings_json, {kLong, kShort}));
  }
  EXPECT_THAT(log.text(), HasSubstr("[hangs-in-stop] stop() did not return within 20 ms"));
  release.close_writer();
  wait_for(log, "[hangs-in-stop] stopped late");
  EXPECT_TRUE(mapped("/hangs_in_stop-"));
}

TEST(PluginStop, ThatReturnsLetsTheLibraryGo) {
  LogInMemory log;
  Pipe pipe;
  PluginSettings settings = animal("witness");
  settings.settings_json = R"({"fd":)" + std::to_string(pipe.writer()) + "}";
  {
    const auto plugin = Plugin::load(settings, log.logger());
    ASSERT_TRUE((*plugin)->start(host_api(), settings.settings_json));
    EXPECT_TRUE(mapped("/witness-"));
  }
  EXPECT_FALSE(mapped("/witness-"));
}

}  // namespace
}  // namespace adomcp::plugin_host
