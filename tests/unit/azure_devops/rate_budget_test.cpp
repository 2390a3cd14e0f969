#include "azure_devops/rate_budget.h"

#include <atomic>
#include <thread>

#include "azure_devops/request_slots.h"
#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// A budget whose time stands still until it is moved.
struct Budget {
  RateBudget::Time now{};
  RateBudget budget{"contoso", [this] { return now; }};

  void left(double remaining, int reset = 300, const char* resource = "Core") {
    RateHeaders rate;
    rate.limit = 100;
    rate.remaining = remaining;
    rate.until_reset = seconds(reset);
    rate.resource = resource;
    budget.learn("", rate);
  }

  void wait_asked(int time, const std::string& identity = {}) {
    RateHeaders rate;
    rate.retry_after = seconds(time);
    budget.learn(identity, rate);
  }

  /// How many of `tries` requests go out.
  int spend(const std::string& principal, int tries) {
    int sent = 0;
    for (int i = 0; i < tries; ++i) sent += budget.spend("", principal) ? 1 : 0;
    return sent;
  }
};

TEST(RateBudget, EverybodyWaitsAsAsked) {
  Budget host;
  EXPECT_EQ(host.budget.wait(""), milliseconds(0));
  host.wait_asked(30);
  EXPECT_EQ(host.budget.wait(""), milliseconds(30000));
  host.wait_asked(5);
  EXPECT_EQ(host.budget.wait(""), milliseconds(30000)) << "a shorter wait doesn't end a longer one";
  EXPECT_EQ(host.budget.wait("another identity"), milliseconds(0));
  host.now += milliseconds(29999);
  EXPECT_EQ(host.budget.wait(""), milliseconds(1));
  host.now += milliseconds(1);
  EXPECT_EQ(host.budget.wait(""), milliseconds(0));
}

TEST(RateBudget, WithEnoughLeftNobodyIsHeldBack) {
  Budget host;
  host.left(20);
  EXPECT_EQ(host.spend("p", 1000), 1000);
}

TEST(RateBudget, LittleIsShared) {
  Budget host;
  EXPECT_EQ(host.spend("hog", 500), 500);
  EXPECT_EQ(host.spend("q", 1), 1);
  host.left(19);
  EXPECT_EQ(host.spend("hog", 100), 10) << "half of 19, however much it had before";
  const auto refused = host.budget.spend("", "hog");
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
  EXPECT_EQ(refused.error().retry_after, seconds(300));
  EXPECT_THAT(refused.error().text(), HasSubstr("Ask again in 300 s."));
  EXPECT_EQ(host.spend("q", 100), 9) << "the other half is untouched";
}

TEST(RateBudget, SharesFollowWhatIsReallyLeft) {
  Budget host;
  host.spend("q", 1);
  host.left(10);
  EXPECT_EQ(host.spend("p", 2), 2);
  host.left(4);  // each request cost three units
  EXPECT_EQ(host.spend("p", 5), 1) << "(4 + 2) / 2 each";
  host.left(0);
  EXPECT_EQ(host.spend("q", 5), 0) << "nothing is left to share";
}

TEST(RateBudget, OnlyTheActiveShare) {
  Budget host;
  for (int i = 0; i < 9; ++i) host.spend("early " + std::to_string(i), 1);
  host.now += seconds(61);
  host.spend("p", 1);
  host.left(5);
  EXPECT_EQ(host.spend("p", 5), 5);
}

TEST(RateBudget, EndsWithTheResetOrWithPlenty) {
  Budget host;
  host.left(0, 5);
  EXPECT_EQ(host.spend("p", 3), 0);
  host.now += seconds(5);
  EXPECT_EQ(host.spend("p", 3), 3);
  host.left(0, 300);
  EXPECT_EQ(host.spend("p", 3), 0);
  host.left(100, 300, "Build");
  EXPECT_EQ(host.spend("p", 3), 0) << "another resource";
  host.left(100);
  EXPECT_EQ(host.spend("p", 3), 3);
}

TEST(RateBudget, OneRequestInTenSecondsAsksHowThingsAre) {
  Budget host;
  host.left(0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(host.spend("p", 3), 0);
    host.now += seconds(10);
    EXPECT_EQ(host.spend("p", 3), 1);
  }
}

TEST(RateBudget, ADelayedAnswerCountsAsLow) {
  Budget host;
  host.spend("q", 1);
  RateHeaders rate;
  rate.limit = 100;
  rate.remaining = 50;
  rate.delayed = true;
  host.budget.learn("", rate);
  EXPECT_EQ(host.spend("p", 200), 25);
}

TEST(RateBudget, KnowsABoundedNumberOfPrincipalsAndIdentities) {
  Budget host;
  for (int i = 0; i < 5000; ++i) {
    host.spend("p" + std::to_string(i), 1);
    host.wait_asked(30, "i" + std::to_string(i));
  }
  EXPECT_EQ(host.budget.wait("i998"), milliseconds(30000));
  EXPECT_EQ(host.budget.wait("i4999"), milliseconds(0)) << "who found no room shares one entry";
  EXPECT_EQ(host.budget.wait(""), milliseconds(30000));
}

/// Requests to a server that says what is left.
class BudgetedTest : public ClientTest {
 protected:
  [[nodiscard]] std::unique_ptr<ScriptedServer> serve_with() {
    options_.now = [this] { return now_; };
    return serve([this](Peer& peer, const Received&) {
      peer.answer(status_, "application/json", R"({"message":"m"})", headers_());
    });
  }

  Result<Response> get_as(const std::string& who) {
    scope_.principal.object_id = who;
    return get("build/builds");
  }

  RateBudget::Time now_ = RateBudget::Time{} + seconds(1000);
  std::atomic<int> status_ = 200;
  std::function<std::string()> headers_ = [] { return std::string(); };
};

TEST_F(BudgetedTest, WhileAzureDevOpsAsksToWaitNothingIsSent) {
  for (const int status : {200, 404, 429}) {
    status_ = status;
    headers_ = [] { return std::string("Retry-After: 600\r\n"); };
    const auto serving = serve_with();
    (void)get_as("p");
    const auto sent = server_->requests().size();
    const auto refused = get_as("q");
    EXPECT_EQ(refused.error().code, ErrorCode::kThrottled) << status;
    EXPECT_EQ(refused.error().retry_after, seconds(600)) << status;
    EXPECT_THAT(refused.error().text(), HasSubstr("'contoso'")) << status;
    UpstreamRequest write;
    write.asked.organization = "contoso";
    write.target = "/contoso/x/_apis/pipelines/12/runs";
    EXPECT_EQ(upstream_->post_once(write).error().code, ErrorCode::kThrottled) << status;
    EXPECT_EQ(server_->requests().size(), sent) << status;
    now_ += seconds(600);
    headers_ = [] { return std::string(); };
    (void)get_as("q");
    EXPECT_GT(server_->requests().size(), sent) << status;
  }
}

TEST_F(BudgetedTest, AShortWaitIsWaitedOut) {
  headers_ = [] { return std::string("Retry-After: 1\r\n"); };
  const auto serving = serve_with();
  ASSERT_TRUE(get_as("p"));
  EXPECT_TRUE(waits_.empty());
  ASSERT_TRUE(get_as("p"));
  EXPECT_EQ(waits_, std::vector<milliseconds>{milliseconds(1000)});
  scope_.cancel.cancel();
  scope_.deadline = Deadline::after(seconds(5));
  EXPECT_EQ(get_as("p").error().code, ErrorCode::kCancelled);
  EXPECT_EQ(server_->requests().size(), 2u);
}

TEST_F(BudgetedTest, AHogLeavesTheOthersTheirShare) {
  std::atomic<int> left = 11;
  headers_ = [&left] {
    return "X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: " + std::to_string(--left) +
           "\r\nX-RateLimit-Resource: Core\r\n";
  };
  const auto serving = serve_with();
  ASSERT_TRUE(get_as("other"));  // 10 are left
  int sent = 0;
  for (int i = 0; i < 20; ++i) sent += get_as("hog") ? 1 : 0;
  EXPECT_EQ(sent, 5);
  EXPECT_EQ(get_as("hog").error().code, ErrorCode::kThrottled);
  sent = 0;
  for (int i = 0; i < 20; ++i) sent += get_as("other") ? 1 : 0;
  EXPECT_EQ(sent, 5);
  EXPECT_EQ(server_->requests().size(), 11u);
}

TEST(RequestSlots, AreBounded) {
  RequestSlots slots("contoso", 3);
  std::vector<RequestSlots::Slot> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::move(slots.take("p", Deadline::after(seconds(5)), {})).value());
  }
  const auto refused = slots.take("p", Deadline::after(milliseconds(0)), {});
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
  EXPECT_THAT(refused.error().text(), HasSubstr("'contoso'"));
  CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(slots.take("p", Deadline::after(seconds(5)), cancelled).error().code,
            ErrorCode::kCancelled);
  held.pop_back();
  EXPECT_TRUE(slots.take("p", Deadline::after(milliseconds(0)), {}));
}

TEST(RequestSlots, WhoeverHasLessThanItsShareGoesFirst) {
  RequestSlots slots("contoso", 2);
  std::vector<RequestSlots::Slot> held;
  for (int i = 0; i < 2; ++i) {
    held.push_back(std::move(slots.take("hog", Deadline::after(seconds(5)), {})).value());
  }
  constexpr int kHogs = 8;
  std::atomic<int> hogs_went = 0;
  std::atomic<bool> other_went_first = false;
  std::vector<std::jthread> hogs;
  for (int i = 0; i < kHogs; ++i) {
    hogs.emplace_back([&] {
      const auto slot = slots.take("hog", Deadline::after(seconds(20)), {});
      hogs_went += slot ? 1 : 0;
    });
  }
  std::jthread other([&] {
    const auto slot = slots.take("other", Deadline::after(seconds(20)), {});
    other_went_first = slot && hogs_went == 0;
  });
  const auto patience = Deadline::after(seconds(20));
  while (slots.waiting() < kHogs + 1 && !patience.passed()) std::this_thread::yield();
  held.pop_back();
  other.join();
  hogs.clear();
  EXPECT_TRUE(other_went_first);
  EXPECT_EQ(hogs_went, kHogs) << "alone again, it may have more than half";
}

TEST(RequestSlots, NoMoreThanTheyAre) {
  RequestSlots slots("contoso", 4);
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, who = "p" + std::to_string(i % 3)] {
      for (int k = 0; k < 50; ++k) {
        const auto slot = slots.take(who, Deadline::after(seconds(60)), {});
        ASSERT_TRUE(slot);
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
        std::this_thread::yield();
        --at_once;
        ++done;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(done, 600);
  EXPECT_LE(most, 4);
}

}  // namespace
}  // namespace adomcp::azure_devops
