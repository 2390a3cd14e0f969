#include "mcp/confirmation/state_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state/memory_store.h"
#include "unit/state/support.h"

namespace adomcp::mcp {
namespace {

using testing::HasSubstr;

/// Two replicas on one store.
class StateDeskTest : public testing::Test {
 protected:
  std::string refusal(ConfirmationDesk& desk, const std::string& confirmation,
                      const ConfirmationBinding& binding) {
    const auto redeemed = desk.redeem(confirmation, binding, {});
    return redeemed ? "redeemed" : redeemed.error().message;
  }

  state::ManualClock clock_;
  state::MemoryStore store_{clock_};
  state::KeyRing keys_{{}, store_};
  state::KeyRing other_keys_{{}, store_};
  state::Confirmations confirmations_{store_, keys_, clock_, false};
  state::Confirmations others_{store_, other_keys_, clock_, false};
  StateDesk desk_{confirmations_};
  StateDesk other_desk_{others_};
  const ConfirmationBinding binding_{"ann", "tenant", "start", std::string(64, 'a')};
};

TEST_F(StateDeskTest, GivesTheDigestBackOnceOnWhicheverReplica) {
  const auto confirmation = desk_.issue(binding_, "digest", {});
  ASSERT_TRUE(confirmation);
  EXPECT_EQ(*other_desk_.redeem(*confirmation, binding_, {}), "digest");
  EXPECT_THAT(refusal(desk_, *confirmation, binding_), HasSubstr("used already"));
  EXPECT_THAT(refusal(other_desk_, *confirmation, binding_), HasSubstr("used already"));
}

TEST_F(StateDeskTest, EveryPartOfTheBindingCounts) {
  const auto confirmation = *desk_.issue(binding_, "digest", {});
  const std::vector<std::function<void(ConfirmationBinding&)>> changes = {
      [](auto& binding) { binding.object_id = "bob"; },
      [](auto& binding) { binding.tenant_id = "other"; },
      [](auto& binding) { binding.operation = "start_too"; },
      [](auto& binding) { binding.arguments_sha256 = std::string(64, 'b'); },
      [](auto& binding) { std::swap(binding.object_id, binding.tenant_id); },
      [](auto& binding) {
        binding.object_id = "ann\",\"tenant";
        binding.tenant_id = "";
      },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto binding = binding_;
    changes[i](binding);
    EXPECT_THAT(refusal(desk_, confirmation, binding), HasSubstr("another caller")) << i;
  }
  EXPECT_EQ(refusal(desk_, confirmation, binding_), "redeemed");
}

TEST_F(StateDeskTest, ManyReplicasWithoutASharedStoreConfirmNothing) {
  state::Confirmations alone(store_, keys_, clock_, true);
  StateDesk desk(alone);
  EXPECT_THAT(desk.unavailable().value_or(""), HasSubstr("state.store"));
  EXPECT_EQ(desk_.unavailable(), std::nullopt);
}

}  // namespace
}  // namespace adomcp::mcp
