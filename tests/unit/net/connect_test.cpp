#include "net/connect.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "unit/net/ports.h"

namespace adomcp::net {
namespace {

using Poco::Net::SocketAddress;
using Kind = Port::Kind;
using Connected = Result<Poco::AutoPtr<WatchedSocket>>;

Connected connect(const std::vector<SocketAddress>& addresses, const CancelToken& cancel = {}) {
  return connect_to_any(addresses, Deadline::after(std::chrono::seconds(30)), cancel);
}

/// Whom the other end is; fails the test when there is none.
SocketAddress peer(const Connected& connected) {
  EXPECT_TRUE(connected) << connected.error().text();
  if (!connected) return {};
  auto socket = *connected;
  return socket->peerAddress();
}

TEST(Connect, TriesAllAddresses) {
  const Port closed(Kind::kClosed);
  const Port other(Kind::kClosed);
  const Port open(Kind::kOpen);
  EXPECT_EQ(peer(connect({open.address(), closed.address()})), open.address());
  EXPECT_EQ(peer(connect({closed.address(), other.address(), open.address()})), open.address());
}

TEST(Connect, ASilentAddressDoesNotHoldUpTheNext) {
  const Port silent(Kind::kSilent);
  const Port closed(Kind::kClosed);
  const Port open(Kind::kOpen);
  EXPECT_EQ(peer(connect({silent.address(), open.address()})), open.address());
  // A failure meanwhile is no reason to give up the others.
  EXPECT_EQ(peer(connect({silent.address(), closed.address(), open.address()})), open.address());
}

TEST(Connect, FamiliesTakeTurns) {
  std::unique_ptr<Port> six;
  try {
    six = std::make_unique<Port>(Kind::kOpen, "::1");
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "this machine has no IPv6 loopback";
  }
  const Port closed(Kind::kClosed);
  const Port open(Kind::kOpen);
  EXPECT_EQ(peer(connect({closed.address(), open.address(), six->address()})), six->address());
  const Port no_six(Kind::kClosed, "::1");
  EXPECT_EQ(peer(connect({no_six.address(), six->address(), open.address()})), open.address());
}

TEST(Connect, SaysWhyNobodyCouldBeReached) {
  const Port closed(Kind::kClosed);
  const Port other(Kind::kClosed);
  const auto refused = connect({closed.address(), other.address()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message, "Connection refused");
  EXPECT_EQ(connect({}).error().code, ErrorCode::kUnavailable);
}

TEST(Connect, ObeysTheDeadline) {
  const Port silent(Kind::kSilent);
  const auto late = connect_to_any({silent.address(), silent.address()},
                                   Deadline::after(std::chrono::milliseconds(20)), {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
}

TEST(Connect, ObeysACancel) {
  const Port silent(Kind::kSilent);
  const CancelToken cancel;
  const std::jthread canceller([&] { cancel.cancel(); });
  const auto cancelled = connect({silent.address()}, cancel);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace adomcp::net
