#include "mcp/operations/request_seal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state/memory_store.h"
#include "unit/state/support.h"

namespace adomcp::mcp {
namespace {

using testing::HasSubstr;

/// A store that nobody reaches.
class GoneStore final : public state::Store {
 public:
  Result<bool> create(const std::string&, const std::string&, Clock::TimePoint,
                      const state::Patience&) override {
    return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
  }
  Status write(const std::string&, const std::string&, Clock::TimePoint,
               const state::Patience&) override {
    return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
  }
  Status remove(const std::string&, const state::Patience&) override {
    return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
  }
  Result<std::optional<std::string>> read(const std::string&, const state::Patience&) override {
    return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
  }
  bool shared() const override { return true; }
};

/// Two replicas on one store.
class RequestSealTest : public testing::Test {
 protected:
  std::string sealed() { return *seal_.seal("the text", binding_, {}); }

  state::ManualClock clock_;
  state::MemoryStore store_{clock_};
  state::KeyRing keys_{{}, store_};
  state::KeyRing other_keys_{{}, store_};
  RequestSeal seal_{keys_, clock_};
  RequestSeal other_{other_keys_, clock_};
  const RequestBinding binding_{"ann", "tenant", "tools/call", "start", std::string(64, 'a')};
};

TEST_F(RequestSealTest, AnyReplicaGoesOn) {
  const auto text = sealed();
  EXPECT_THAT(text, testing::Not(HasSubstr("the text")));
  EXPECT_EQ(*other_.open(text, binding_, {}), "the text");
}

TEST_F(RequestSealTest, EveryPartOfTheBindingCounts) {
  const auto text = sealed();
  const std::vector<std::function<void(RequestBinding&)>> changes = {
      [](auto& binding) { binding.object_id = "bob"; },
      [](auto& binding) { binding.tenant_id = "other"; },
      [](auto& binding) { binding.method = "prompts/get"; },
      [](auto& binding) { binding.name = "start_too"; },
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
    const auto opened = seal_.open(text, binding, {});
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalid) << i;
  }
  EXPECT_TRUE(seal_.open(text, binding_, {}));
}

TEST_F(RequestSealTest, WhatWasChangedIsRefused) {
  const auto text = sealed();
  EXPECT_FALSE(seal_.open(text + "-TAMPERED", binding_, {}));
  EXPECT_FALSE(seal_.open("", binding_, {}));
  for (std::size_t i = 0; i < text.size(); i += 7) {
    auto changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal_.open(changed, binding_, {})) << i;
  }
}

TEST_F(RequestSealTest, ItHoldsForTenMinutes) {
  const auto text = sealed();
  clock_.advance(std::chrono::seconds(599));
  EXPECT_TRUE(seal_.open(text, binding_, {}));
  clock_.advance(std::chrono::seconds(1));
  const auto late = seal_.open(text, binding_, {});
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("expired"));
}

TEST_F(RequestSealTest, ItIsBounded) {
  EXPECT_TRUE(seal_.seal(std::string(RequestState::kMostBytes, 'x'), binding_, {}));
  const auto large = seal_.seal(std::string(RequestState::kMostBytes + 1, 'x'), binding_, {});
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("64 KiB"));
}

TEST_F(RequestSealTest, WithoutItsKeysNothingIsSealedOrOpened) {
  const auto text = sealed();
  GoneStore gone;
  state::KeyRing keys({}, gone);
  RequestSeal seal(keys, clock_);
  const auto opened = seal.open(text, binding_, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(seal.seal("x", binding_, {}));
}

TEST(RequestStateText, ComesBackAsItWent) {
  RequestState state;
  state.round = 3;
  state.asked["name"] = {Input::kElicitation, {{"type", "object"}}};
  state.answers["roots"] = {{Input::kRoots, nullptr}, {{"roots", nlohmann::json::array()}}};
  state.kept = "kept\n\"text\"";
  state.confirmation = "c";
  const auto back = RequestState::from_text(state.to_text());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->to_text(), state.to_text());
  EXPECT_EQ(back->asked.at("name"), state.asked.at("name"));
  EXPECT_EQ(back->kept, state.kept);
}

TEST(RequestStateText, OfAnotherReleaseIsNone) {
  EXPECT_FALSE(RequestState::from_text(R"({"format":2})"));
  EXPECT_FALSE(RequestState::from_text(R"({"format":1})"));
  EXPECT_FALSE(RequestState::from_text("text"));
}

}  // namespace
}  // namespace adomcp::mcp
