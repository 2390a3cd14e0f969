#include "outbound_identity/caching_credential.h"

#include <functional>
#include <latch>
#include <thread>
#include <vector>

#include "outbound_identity/azure_cli_credential.h"
#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::seconds;

/// Answers by a function and counts.
class FakeSource final : public Credential {
 public:
  using Answer = std::function<Result<AccessToken>(int call, Deadline, const CancelToken&)>;
  FakeSource(Answer answer, std::atomic<int>& calls) : answer_(std::move(answer)), calls_(calls) {}

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override {
    return answer_(++calls_, deadline, cancel);
  }

 private:
  Answer answer_;
  std::atomic<int>& calls_;
};

class CachingTest : public ::testing::Test {
 protected:
  void source(FakeSource::Answer answer) {
    credential_ = std::make_unique<CachingCredential>(
        std::make_unique<FakeSource>(std::move(answer), calls_), clock_);
  }
  AccessToken good_for(seconds time, int number = 0) const {
    return {"Bearer " + std::to_string(number), clock_.now() + time};
  }
  Result<AccessToken> ask(Deadline deadline = soon(), const CancelToken& cancel = {}) {
    return credential_->token(deadline, cancel);
  }

  ManualClock clock_;
  std::atomic<int> calls_ = 0;
  std::unique_ptr<CachingCredential> credential_;
};

TEST_F(CachingTest, KeepsATokenUntilFiveMinutesBeforeItsEnd) {
  source([&](int call, Deadline, const CancelToken&) { return good_for(seconds(3600), call); });
  EXPECT_EQ(ask()->authorization, "Bearer 1");
  clock_.advance(seconds(3299));
  EXPECT_EQ(ask()->authorization, "Bearer 1");
  clock_.advance(seconds(1));
  EXPECT_EQ(ask()->authorization, "Bearer 2");
  EXPECT_EQ(calls_, 2);
}

TEST_F(CachingTest, RemembersAFailureBriefly) {
  source([](int, Deadline, const CancelToken&) {
    return Error{ErrorCode::kUnavailable, "broken", {}};
  });
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask().error().message, "broken");
  EXPECT_EQ(calls_, 1);
  clock_.advance(seconds(5));
  EXPECT_FALSE(ask());
  EXPECT_EQ(calls_, 2);
  clock_.advance(seconds(-3600));  // set back: doesn't stretch the memory
  EXPECT_FALSE(ask());
  EXPECT_EQ(calls_, 3);
}

TEST_F(CachingTest, DoesNotRememberACallersOwnEnd) {
  source([&](int call, Deadline, const CancelToken&) -> Result<AccessToken> {
    if (call == 1) return Error{ErrorCode::kTimeout, "late", {}};
    if (call == 2) return Error{ErrorCode::kCancelled, "gone", {}};
    return good_for(seconds(3600));
  });
  EXPECT_EQ(ask().error().code, ErrorCode::kTimeout);
  EXPECT_EQ(ask().error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(ask());
}

TEST_F(CachingTest, UsesTheOldTokenWhileItCannotBeRenewed) {
  source([&](int call, Deadline, const CancelToken&) -> Result<AccessToken> {
    if (call == 1) return good_for(seconds(600), 1);
    return Error{ErrorCode::kUnavailable, "broken", {}};
  });
  EXPECT_TRUE(ask());
  clock_.advance(seconds(400));
  EXPECT_EQ(ask()->authorization, "Bearer 1");
  EXPECT_EQ(ask()->authorization, "Bearer 1");
  EXPECT_EQ(calls_, 2);
  clock_.advance(seconds(190));
  EXPECT_EQ(ask().error().message, "broken");
}

TEST_F(CachingTest, RefusesATokenThatHasExpired) {
  source([&](int, Deadline, const CancelToken&) {
    return AccessToken{"Bearer " + kSecret, clock_.now()};
  });
  const auto result = ask();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), ::testing::HasSubstr("expired"));
  expect_no_secret(result.error());
}

TEST_F(CachingTest, ForgetsOnInvalidateButNotANewToken) {
  source([&](int call, Deadline, const CancelToken&) { return good_for(seconds(3600), call); });
  EXPECT_TRUE(ask());
  credential_->invalidate();
  EXPECT_EQ(ask()->authorization, "Bearer 1");
  clock_.advance(seconds(5));
  credential_->invalidate();
  EXPECT_EQ(ask()->authorization, "Bearer 2");
}

TEST_F(CachingTest, AsksOnceForManyCallers) {
  constexpr int kThreads = 8;
  ProgramFolder programs;
  programs.script("az", "echo x >> " + programs.file("spawned") + "; while [ ! -e " +
                            programs.file("go") + " ]; do sleep 0.01; done" +
                            "; printf '{\"accessToken\":\"t\",\"expires_on\":1900000000}'");
  CachingCredential credential(
      std::make_unique<AzureCliCredential>(AzureCliSettings{}, kAzureDevOpsResource, clock_,
                                           fixed({{"PATH", programs.search_path()}})),
      clock_);
  std::latch started(kThreads + 1);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      started.arrive_and_wait();
      if (credential.token(soon(), {})) ++good;
    });
  }
  started.arrive_and_wait();
  while (!std::filesystem::exists(programs.file("spawned"))) std::this_thread::yield();
  std::ofstream(programs.file("go")) << "x";
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads);
  EXPECT_EQ(programs.read("spawned"), "x\n");
}

TEST_F(CachingTest, WaitersKeepTheirOwnDeadlineAndCancel) {
  std::latch asked(1);
  CancelToken release;
  source([&](int, Deadline deadline, const CancelToken&) {
    asked.count_down();
    (void)release.wait_until(deadline);
    return good_for(seconds(3600));
  });
  std::thread leader([&] { EXPECT_TRUE(ask()); });
  asked.wait();
  EXPECT_EQ(ask(Deadline::after(std::chrono::milliseconds(10))).error().code, ErrorCode::kTimeout);
  const CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(ask(soon(), cancelled).error().code, ErrorCode::kCancelled);
  release.cancel();
  leader.join();
  EXPECT_EQ(calls_, 1);
}

TEST_F(CachingTest, AWaiterTakesOverFromALeaderThatGaveUp) {
  std::latch asked(1);
  CancelToken leader_gone;
  source([&](int call, Deadline deadline, const CancelToken& cancel) -> Result<AccessToken> {
    if (call > 1) return good_for(seconds(3600), call);
    asked.count_down();
    (void)cancel.wait_until(deadline);
    return Error{ErrorCode::kCancelled, "gone", {}};
  });
  std::thread leader(
      [&] { EXPECT_EQ(ask(soon(), leader_gone).error().code, ErrorCode::kCancelled); });
  asked.wait();
  std::thread waiter([&] { EXPECT_EQ(ask()->authorization, "Bearer 2"); });
  leader_gone.cancel();
  leader.join();
  waiter.join();
}

}  // namespace
}  // namespace adomcp::outbound_identity
