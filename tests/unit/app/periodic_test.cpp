#include "app/periodic.h"

#include <gtest/gtest.h>

#include <latch>

namespace adomcp::app {
namespace {

TEST(Periodic, DoesItAgainAndAgainUntilItGoes) {
  std::latch three(3);
  int count = 0;
  {
    const Periodic periodic(std::chrono::milliseconds(1), [&] {
      if (++count <= 3) three.count_down();
    });
    three.wait();
  }
  EXPECT_GE(count, 3);
}

TEST(Periodic, GoesWithoutWaitingForTheNextTime) {
  const auto began = std::chrono::steady_clock::now();
  {
    const Periodic periodic(std::chrono::hours(1), [] { FAIL(); });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::minutes(1));
}

}  // namespace
}  // namespace adomcp::app
