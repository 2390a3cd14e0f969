#include "plugin_host/call/change_notifier.h"

#include <adomcp/changes.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "unit/plugin_host/call_fixture.h"

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Heard = std::vector<std::pair<int, std::string>>;

/// Remembers what it is told; holds the notifier's thread up in its first telling when it is shut.
class Ear {
 public:
  explicit Ear(bool shut = false) : shut_(shut) {}

  ChangeNotifier::Listener listener() {
    return [this](int what, std::string uri) {
      std::unique_lock lock(mutex_);
      heard_.emplace_back(what, std::move(uri));
      changed_.notify_all();
      changed_.wait(lock, [this] { return !shut_; });
    };
  }
  /// Once there are so many.
  Heard heard(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return heard_.size() >= count; });
    return heard_;
  }
  /// Each once, once there are so many; the same may be told twice where both rounds are short.
  std::set<std::pair<int, std::string>> heard_apart(std::size_t count) {
    std::unique_lock lock(mutex_);
    const auto apart = [&] { return std::set(heard_.begin(), heard_.end()); };
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return apart().size() >= count; });
    return apart();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    shut_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Heard heard_;
  bool shut_;
};

class ChangeNotifierTest : public LinkedTest {};

TEST_F(ChangeNotifierTest, HearsWhatAPluginTells) {
  serve({animal("changes")});
  Ear ear;
  ChangeNotifier notifier(ear.listener(), milliseconds(0));
  EXPECT_EQ(call("changes", "{}").text, "told");
  EXPECT_THAT(ear.heard_apart(3),
              UnorderedElementsAre(Pair(ADOMCP_CHANGED_TOOLS, ""), Pair(ADOMCP_CHANGED_PROMPTS, ""),
                                   Pair(ADOMCP_CHANGED_RESOURCE, "zoo://keeper")));
  EXPECT_THAT(log_.text(), HasSubstr("[changes] changed() with an unknown kind or a bad uri"));
}

TEST_F(ChangeNotifierTest, SeveralOfTheSameBecomeOne) {
  Ear ear(true);
  ChangeNotifier notifier(ear.listener(), milliseconds(0));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_TOOLS, ""));
  ear.heard(1);  // and now it is held up
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_PROMPTS, ""));
    EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_RESOURCE, "a://b"));
  }
  ear.open();
  ear.heard(3);
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_RESOURCES, ""));
  EXPECT_THAT(
      ear.heard(4),
      ElementsAre(Pair(ADOMCP_CHANGED_TOOLS, ""), Pair(ADOMCP_CHANGED_PROMPTS, ""),
                  Pair(ADOMCP_CHANGED_RESOURCE, "a://b"), Pair(ADOMCP_CHANGED_RESOURCES, "")));
}

TEST_F(ChangeNotifierTest, AHundredResourcesWaitAtMost) {
  serve({animal("changes")});
  Ear ear(true);
  ChangeNotifier notifier(ear.listener(), milliseconds(0));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_TOOLS, ""));
  ear.heard(1);
  call("changes", R"({"many":150})");
  EXPECT_FALSE(ChangeNotifier::post(ADOMCP_CHANGED_RESOURCE, "zoo://one/more"));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_RESOURCE, "zoo://keeper")) << "waits already";
  EXPECT_THAT(log_.text(), HasSubstr("too many changed resources wait to be told"));
  ear.open();
  const Heard heard = ear.heard(1 + 2 + ChangeNotifier::kMostResources);
  EXPECT_EQ(heard.size(), 1 + 2 + ChangeNotifier::kMostResources);
}

TEST_F(ChangeNotifierTest, EveryBoardHearsAndNoneThatIsGone) {
  Ear gone;
  Ear first;
  Ear second;
  { const ChangeNotifier notifier(gone.listener(), milliseconds(0)); }
  const ChangeNotifier one(first.listener(), milliseconds(0));
  const ChangeNotifier two(second.listener(), milliseconds(0));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_TOOLS, ""));
  EXPECT_EQ(first.heard(1).size(), 1U);
  EXPECT_EQ(second.heard(1).size(), 1U);
  EXPECT_EQ(gone.heard(0).size(), 0U);
}

TEST_F(ChangeNotifierTest, PausesBetweenTwoRounds) {
  Ear ear;
  ChangeNotifier notifier(ear.listener(), std::chrono::hours(1));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_TOOLS, ""));
  EXPECT_EQ(ear.heard(1).size(), 1U);
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_PROMPTS, ""));
  EXPECT_EQ(ear.heard(1).size(), 1U);
  // Its end doesn't wait for the pause.
}

TEST_F(ChangeNotifierTest, AListenerThatThrowsIsAskedAgain) {
  Ear ear;
  bool threw = false;
  ChangeNotifier notifier(
      [&, listener = ear.listener()](int what, std::string uri) {
        if (!std::exchange(threw, true)) throw std::runtime_error("a defect");
        listener(what, std::move(uri));
      },
      milliseconds(0));
  EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_TOOLS, ""));
  while (ear.heard(0).empty()) EXPECT_TRUE(ChangeNotifier::post(ADOMCP_CHANGED_PROMPTS, ""));
  EXPECT_EQ(ear.heard(1).front().first, ADOMCP_CHANGED_PROMPTS);
}

}  // namespace
}  // namespace adomcp::plugin_host
