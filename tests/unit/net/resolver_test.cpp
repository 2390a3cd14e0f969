#include "net/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp::net {
namespace {

using testing::HasSubstr;

TEST(Resolver, ALiteralIsItsOwnAddress) {
  Resolver resolver;
  const Deadline past = Deadline::after(std::chrono::milliseconds(0));  // nothing is waited for
  for (const char* literal : {"127.0.0.1", "::1", "169.254.169.254", "2001:db8::1"}) {
    const auto found = resolver.resolve(literal, 443, past, {});
    ASSERT_TRUE(found) << literal;
    ASSERT_EQ(found->size(), 1U) << literal;
    EXPECT_EQ(found->front().host().toString(), literal);
    EXPECT_EQ(found->front().port(), 443) << literal;
  }
}

TEST(Resolver, LooksNamesUp) {
  Resolver resolver;
  const auto found = resolver.resolve("localhost", 8080, {}, {});
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_FALSE(found->empty());
  for (const auto& address : *found) {
    EXPECT_TRUE(address.host().isLoopback()) << address.toString();
    EXPECT_EQ(address.port(), 8080);
  }
}

TEST(Resolver, SaysWhichNameLeadsNowhere) {
  Resolver resolver;
  const std::string impossible = std::string(70, 'x') + ".example";  // no label is that long
  const auto found = resolver.resolve(impossible, 443, {}, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(found.error().message, HasSubstr(impossible));
}

TEST(Resolver, ObeysDeadlineAndCancel) {
  Resolver resolver;
  const CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(resolver.resolve("localhost", 1, {}, cancel).error().code, ErrorCode::kCancelled);
  const Deadline past = Deadline::after(std::chrono::milliseconds(0));
  EXPECT_EQ(resolver.resolve("localhost", 1, past, {}).error().code, ErrorCode::kTimeout);
}

}  // namespace
}  // namespace adomcp::net
