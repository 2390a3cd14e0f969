#include "app/reload/file_watch.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include "core/text.h"
#include "support/log_in_memory.h"

namespace adomcp::app {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{10000};
constexpr milliseconds kQuiet{20};

/// A folder with files that are watched, and a count of what was said.
class Watched : public testing::Test {
 protected:
  Watched() {
    fs::create_directories(folder_);
    write("main.yaml");
    write("tool.so");
  }
  ~Watched() override {
    watch_.reset();
    fs::remove_all(folder_);
  }

  void start(milliseconds quiet = kQuiet, milliseconds most = kPatience) {
    watch_ = std::make_unique<FileWatch>(FileWatch::Options{
        .files =
            [this] {
              fail_if(files_fail_, "no list");
              return std::vector<std::string>{path("main.yaml"), path("plugins.d/"),
                                              path("tool.so"), path("absent/x.so")};
            },
        .changed =
            [this](bool asked) {
              fail_if(changed_fails_, "no reload");
              said(asked);
            },
        .log = log_.logger(),
        .quiet = quiet,
        .most = most});
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name) const { std::ofstream(path(name)) << random_id(); }

  void said(bool asked) {
    const std::lock_guard lock(mutex_);
    ++(asked ? asked_ : changes_);
    changed_.notify_all();
  }
  void set(bool& what, bool to) {
    const std::lock_guard lock(mutex_);
    what = to;
  }
  void fail_if(const bool& fails, const char* why) {
    const std::lock_guard lock(mutex_);
    if (!fails) return;
    ++failures_;
    changed_.notify_all();
    throw std::runtime_error(why);
  }
  /// Whether something has failed since the last time.
  bool tried() {
    std::unique_lock lock(mutex_);
    const bool one = changed_.wait_for(lock, kPatience, [this] { return failures_ > 0; });
    failures_ = 0;
    return one;
  }
  void wait_until_asked() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return asked_ > 0; }));
    asked_ = 0;
  }
  /// Whether something was said since the last time.
  bool noticed() {
    std::unique_lock lock(mutex_);
    const bool one = changed_.wait_for(lock, kPatience, [this] { return changes_ > seen_; });
    seen_ = changes_;
    return one;
  }
  int changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  const std::string folder_ = fs::temp_directory_path() / ("adomcp-watch-" + random_id());
  testing_support::LogInMemory log_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  int changes_ = 0;
  int seen_ = 0;
  int asked_ = 0;
  int failures_ = 0;
  bool files_fail_ = false;
  bool changed_fails_ = false;
  std::unique_ptr<FileWatch> watch_;
};

TEST_F(Watched, NoticesEveryWayToChangeAFile) {
  start();
  write("tool.so");
  EXPECT_TRUE(noticed()) << "written in place";
  write("fresh");
  fs::rename(path("fresh"), path("tool.so"));
  EXPECT_TRUE(noticed()) << "another renamed over it";
  fs::remove(path("tool.so"));
  EXPECT_TRUE(noticed()) << "removed";
  write("tool.so");
  EXPECT_TRUE(noticed()) << "made anew";
  fs::permissions(path("tool.so"), fs::perms(0600));
  EXPECT_TRUE(noticed()) << "its mode";
  fs::remove(path("main.yaml"));
  EXPECT_TRUE(noticed());
  fs::create_symlink(path("tool.so"), path("main.yaml"));
  EXPECT_TRUE(noticed()) << "a link";
}

TEST_F(Watched, NoticesAFolderThatWasNotThere) {
  start();
  fs::create_directory(path("plugins.d"));
  EXPECT_TRUE(noticed());
  write("plugins.d/one.yaml");
  EXPECT_TRUE(noticed());
  fs::remove(path("plugins.d/one.yaml"));
  EXPECT_TRUE(noticed());
  fs::remove_all(path("plugins.d"));
  EXPECT_TRUE(noticed());
  fs::create_directory(path("plugins.d"));
  write("plugins.d/one.yaml");
  EXPECT_TRUE(noticed());
}

TEST_F(Watched, FollowsLinksToWhereTheFileIs) {
  fs::create_directory(path("elsewhere"));
  fs::rename(path("tool.so"), path("elsewhere/tool-1.so"));
  fs::create_symlink(path("elsewhere/tool-1.so"), path("tool.so"));
  start();
  write("elsewhere/tool-1.so");
  EXPECT_TRUE(noticed());
}

TEST_F(Watched, LeavesOtherFilesAlone) {
  fs::create_directory(path("plugins.d"));
  start();
  for (const char* name : {"audit.jsonl", "main.yaml~", "plugins.d/.one.yaml.swp",
                           "plugins.d/.hidden.yaml", "plugins.d/notes.txt"}) {
    write(name);
  }
  // Events come in order: had one of these counted, it would have been said with this or before.
  write("tool.so");
  EXPECT_TRUE(noticed());
  EXPECT_EQ(changes(), 1);
}

TEST_F(Watched, SaysOnceWhatHappensAtOnce) {
  start(milliseconds(200));
  for (int i = 0; i < 20; ++i) write("tool.so");
  EXPECT_TRUE(noticed());
  EXPECT_EQ(changes(), 1);
}

TEST_F(Watched, DoesNotWaitForeverForQuiet) {
  start(kPatience, milliseconds(50));
  const auto end = std::chrono::steady_clock::now() + kPatience / 2;
  while (changes() == 0 && std::chrono::steady_clock::now() < end) write("tool.so");
  EXPECT_GE(changes(), 1);
}

TEST_F(Watched, CanBeWokenByHand) {
  start();
  watch_->wake();
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return asked_ == 1; }));
  EXPECT_EQ(changes_, 0);
}

TEST_F(Watched, AFolderThatCannotBeWatchedIsAWarning) {
  write("absent");  // a file, where a folder is looked for
  start();
  watch_->wake();
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return asked_ == 1; }));
  lock.unlock();
  watch_.reset();
  const auto said = log_.text();
  EXPECT_NE(said.find(path("absent") + " are not noticed, send SIGHUP instead"), said.npos) << said;
  EXPECT_EQ(said.find("SIGHUP"), said.rfind("SIGHUP")) << "once";
}

TEST_F(Watched, WhatItsListenerThrowsIsLoggedAndItWatchesOn) {
  for (bool* fails : {&changed_fails_, &files_fail_}) {
    start();
    set(*fails, true);
    watch_->wake();
    EXPECT_TRUE(tried());
    set(*fails, false);
    write("tool.so");
    EXPECT_TRUE(noticed());
    watch_->wake();
    wait_until_asked();
  }
  EXPECT_NE(log_.text().find("no list"), std::string::npos);
  EXPECT_NE(log_.text().find("no reload"), std::string::npos);
}

}  // namespace
}  // namespace adomcp::app
