#include "mcp/confirmation/binding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "mcp/confirmation/elicited_confirmation.h"
#include "mcp/confirmation/two_step.h"
#include "state/confirmations.h"
#include "state/memory_store.h"
#include "support/manual_clock.h"

namespace adomcp::mcp {
namespace {

using testing::HasSubstr;

/// Two replicas on one store.
class BindingTest : public testing::Test {
 protected:
  BindingTest() {
    record_.principal.object_id = "ann";
    record_.principal.tenant_id = "tenant";
    record_.operation.name = "start";
    record_.arguments_json = R"({"a":1})";
  }
  std::string confirmation() {
    const auto issued = ElicitedConfirmation(&confirmations_).issue(write_, record_, {});
    EXPECT_TRUE(issued);
    return issued ? *issued : std::string();
  }
  static std::string redeemed(state::Confirmations& confirmations, const std::string& confirmation,
                              const CallRecord& record) {
    const auto digest = ElicitedConfirmation(&confirmations).redeem(confirmation, record, {});
    return digest ? *digest : digest.error().message;
  }

  testing_support::ManualClock clock_;
  state::MemoryStore store_{clock_};
  state::KeyRing keys_{{}, store_};
  state::KeyRing other_keys_{{}, store_};
  state::Confirmations confirmations_{store_, keys_, clock_, false};
  state::Confirmations others_{store_, other_keys_, clock_, false};
  CallRecord record_;
  PendingWrite write_{"Start it.", "digest", true, {}};
};

TEST_F(BindingTest, TheDigestComesBackOnceOnWhicheverReplica) {
  const auto given = confirmation();
  EXPECT_EQ(redeemed(others_, given, record_), "digest");
  EXPECT_THAT(redeemed(confirmations_, given, record_), HasSubstr("used already"));
  EXPECT_THAT(redeemed(others_, given, record_), HasSubstr("used already"));
}

TEST_F(BindingTest, EveryPartOfItCounts) {
  const auto given = confirmation();
  const std::vector<std::function<void(CallRecord&)>> changes = {
      [](auto& record) { record.principal.object_id = "bob"; },
      [](auto& record) { record.principal.tenant_id = "other"; },
      [](auto& record) { record.operation.name = "start_too"; },
      [](auto& record) { record.arguments_json = R"({"a":2})"; },
      [](auto& record) { std::swap(record.principal.object_id, record.principal.tenant_id); },
      [](auto& record) {
        record.principal.object_id = "ann\",\"tenant";
        record.principal.tenant_id = "";
      },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto record = record_;
    changes[i](record);
    EXPECT_THAT(redeemed(confirmations_, given, record), HasSubstr("another caller")) << i;
  }
  EXPECT_EQ(redeemed(confirmations_, given, record_), "digest");
}

TEST_F(BindingTest, OfOneWayIsNotOfTheOther) {
  EXPECT_NE(binding_of(record_, "start"), binding_of(record_, "elicitation/start"));
  const auto refused = TwoStep(&confirmations_).redeem(confirmation(), record_, {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another caller"));
}

TEST_F(BindingTest, ManyReplicasWithoutASharedStoreConfirmNothing) {
  state::Confirmations alone(store_, keys_, clock_, true);
  const auto issued = ElicitedConfirmation(&alone).issue(write_, record_, {});
  ASSERT_FALSE(issued);
  EXPECT_THAT(issued.error().message, HasSubstr("state.store"));
}

}  // namespace
}  // namespace adomcp::mcp
