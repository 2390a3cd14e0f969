#include "core/fiber.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace adomcp {
namespace {

TEST(Fiber, RestsAndGoesOn) {
  std::string log;
  Fiber* self = nullptr;
  Fiber fiber([&] {
    log += "a";
    self->rest();
    log += "b";
    self->rest();
    log += "c";
  });
  self = &fiber;
  EXPECT_TRUE(fiber.resume());
  log += "1";
  EXPECT_TRUE(fiber.resume());
  log += "2";
  EXPECT_FALSE(fiber.resume());
  EXPECT_EQ(log, "a1b2c");
}

TEST(Fiber, GoesOnOnAnotherThread) {
  Fiber* self = nullptr;
  std::string kept = "nothing";
  Fiber fiber([&] {
    const std::string own(100, 'x');  // on the fiber's own stack and heap
    self->rest();
    kept = own;
  });
  self = &fiber;
  EXPECT_TRUE(fiber.resume());
  std::thread([&] { EXPECT_FALSE(fiber.resume()); }).join();
  EXPECT_EQ(kept, std::string(100, 'x'));
}

TEST(Fiber, ExceptionsStayWithinIt) {
  Fiber* self = nullptr;
  std::string caught;
  Fiber fiber([&] {
    try {
      self->rest();
      throw std::runtime_error("thrown after a rest");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
  });
  self = &fiber;
  fiber.resume();
  std::thread([&] { fiber.resume(); }).join();
  EXPECT_EQ(caught, "thrown after a rest");
}

TEST(Fiber, MayNeverBegin) {
  bool begun = false;
  {
    const Fiber fiber([&] { begun = true; });
  }
  EXPECT_FALSE(begun);
}

TEST(Fiber, ManyRestAtATime) {
  constexpr int kMany = 200;
  int sum = 0;
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (int i = 0; i < kMany; ++i) {
    fibers.push_back(std::make_unique<Fiber>([&sum, &fibers, i] {
      fibers[static_cast<std::size_t>(i)]->rest();
      sum += i;
    }));
  }
  for (const auto& fiber : fibers) EXPECT_TRUE(fiber->resume());
  for (const auto& fiber : fibers) EXPECT_FALSE(fiber->resume());
  EXPECT_EQ(sum, kMany * (kMany - 1) / 2);
}

}  // namespace
}  // namespace adomcp
