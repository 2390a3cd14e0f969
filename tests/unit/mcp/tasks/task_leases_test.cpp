#include <algorithm>

#include "unit/mcp/task_fakes.h"

namespace adomcp::mcp {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Each;
using testing::Le;

/// A replica with as many tasks as it may run, on a store that takes its time: every call of it
/// moves the clock, as if they came one after the other.
class TaskLeasesTest : public TaskTest {
 protected:
  TaskLeasesTest() {
    store_.on_call = [this](WatchedStore::Call call) {
      const auto before = spent_.fetch_add(latency_);
      clock_.advance(seconds((before + latency_) / 1000 - before / 1000));
      if (meanwhile_) meanwhile_(call);
    };
  }
  void TearDown() override { gate_.open(); }

  std::vector<std::string> begin_all(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i) {
      auto one = call();
      one.owner = owner(i);
      const auto reply = tasks().run(
          one,
          [this](const Link& link, const Gone& gone, const CancelToken&) {
            EXPECT_TRUE(link->begin_task(minutes(60), seconds(1)));
            return wait_until_gone(gone);
          },
          writer_);
      EXPECT_TRUE(reply && !reply->error);
      ids.push_back(nlohmann::json::parse(reply->result).value("taskId", ""));
    }
    return ids;
  }
  static TaskOwner owner(std::size_t i) { return {"person" + std::to_string(i), "tenant"}; }

  /// What its owner sees here.
  std::string status_of(std::size_t i, const std::string& id) {
    const auto record = tasks().find(id, owner(i), {});
    return record ? std::string(to_string(record->status)) : "gone";
  }
  /// For how long the other replicas haven't heard of each.
  std::vector<milliseconds> silences(const std::vector<std::string>& ids) {
    std::vector<milliseconds> out;
    for (const auto& id : ids) {
      const auto record = read_task(store_.look("tasks/" + id + "/record"));
      out.push_back(record
                        ? std::chrono::duration_cast<milliseconds>(clock_.now() - record->heartbeat)
                        : milliseconds::max());
    }
    return out;
  }
  void expect_all_working(const std::vector<std::string>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      ASSERT_EQ(status_of(i, ids[i]), "working") << i;
    }
  }

  std::atomic<int> latency_ = 0;  // of one call, milliseconds
  std::atomic<int> spent_ = 0;    // by all calls
  std::function<void(WatchedStore::Call)> meanwhile_;
};

TEST_F(TaskLeasesTest, ASlowStoreTakesNoHealthyTaskDown) {
  const auto ids = begin_all(32);
  for (const int latency : {0, 20, 300, 900}) {
    latency_ = latency;
    for (const seconds pause : {seconds(1), seconds(10)}) {
      SCOPED_TRACE(std::to_string(latency) + " ms, a tick each " + std::to_string(pause.count()));
      for (const auto end = clock_.now() + minutes(2); clock_.now() < end;) {
        tasks().tick();
        clock_.advance(pause);
        ASSERT_THAT(silences(ids), Each(Le(LiveTask::kGiveUp)));
      }
      expect_all_working(ids);
    }
  }
}

TEST_F(TaskLeasesTest, LeasesAreRenewedSideBySideWithinABound) {
  constexpr int kAtOnce = 8;
  const auto ids = begin_all(32);
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  int now = 0;
  int most = 0;
  meanwhile_ = [&](WatchedStore::Call call) {
    if (call != WatchedStore::Call::kWrite) return;
    std::unique_lock lock(mutex);
    most = std::max(most, ++now);
    changed.notify_all();
    // The first ones wait for each other; one after the other they would never meet.
    EXPECT_TRUE(changed.wait_for(lock, kLong, [&] { return most >= kAtOnce; }));
    --now;
  };
  clock_.advance(LiveTask::kHeartbeat);
  tasks().tick();
  EXPECT_EQ(most, kAtOnce);
  EXPECT_EQ(store_.writes, 64);
  EXPECT_THAT(silences(ids), Each(milliseconds(0)));
  meanwhile_ = nullptr;
}

TEST_F(TaskLeasesTest, WhoIsSilentForLongestComesFirst) {
  const auto late = begin_all(8);
  clock_.advance(seconds(30));
  const auto fresh = begin_all(20);
  clock_.advance(LiveTask::kHeartbeat);
  latency_ = 1000;  // ten seconds are left for those that began first, and there are 28
  tasks().tick();
  expect_all_working(late);
  expect_all_working(fresh);
}

TEST_F(TaskLeasesTest, NoChoreHoldsUpALease) {
  constexpr int kExpiring = 120;
  constexpr int kNotes = 40;
  const auto ids = begin_all(16);
  for (int i = 0; i < kExpiring; ++i) {
    const auto id = begin([](const Link&, const Gone&) { return tool_reply("done"); }, minutes(1));
    ASSERT_TRUE(reaches(id, "completed"));
    tasks().tick();
  }
  for (int i = 0; i < 5; ++i) {
    clock_.advance(LiveTask::kHeartbeat);
    tasks().tick();
  }
  TaskStore notes(store_);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto record = tasks().find(ids[i], owner(i), {});
    for (int note = 0; note < kNotes; ++note) {
      ASSERT_TRUE(notes.leave_note(*record, {{"answers", nlohmann::json::object()}},
                                   TaskStore::kMostNotes, {}));
    }
  }
  std::atomic<int> removed = 0;
  meanwhile_ = [&removed](WatchedStore::Call call) {
    if (call == WatchedStore::Call::kRemove) ++removed;
  };
  clock_.advance(LiveTask::kHeartbeat);  // now they have all expired
  latency_ = 900;
  for (int i = 0; i < 200 && removed < kExpiring; ++i) {
    tasks().tick();
    clock_.advance(seconds(1));
    ASSERT_THAT(silences(ids), Each(Le(LiveTask::kGiveUp))) << i;
  }
  EXPECT_EQ(removed, kExpiring) << "what waited was done later";
  expect_all_working(ids);
  EXPECT_GT(tasks().find(ids[0], owner(0), {})->next_note, 0U) << "notes were read all the same";
  meanwhile_ = nullptr;
}

}  // namespace
}  // namespace adomcp::mcp
