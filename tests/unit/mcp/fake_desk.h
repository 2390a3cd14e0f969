#pragma once

#include <map>
#include <mutex>
#include <string>

#include "mcp/confirmation/confirmation_desk.h"

namespace adomcp::mcp {

/// A desk as `state` has it, in memory: bound, used once, expiring when the test says so.
class FakeDesk final : public ConfirmationDesk {
 public:
  Result<std::string> issue(const ConfirmationBinding& binding, const std::string& write_digest,
                            Deadline) override {
    const std::lock_guard lock(mutex_);
    if (fails) return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
    const std::string confirmation = "confirm-me-" + std::to_string(++issued);
    given_[confirmation] = {key_of(binding), write_digest, false};
    return confirmation;
  }

  Result<std::string> redeem(const std::string& confirmation, const ConfirmationBinding& binding,
                             Deadline) override {
    const std::lock_guard lock(mutex_);
    const auto refuse = [](const char* why) { return Error{ErrorCode::kDenied, why, {}}; };
    const auto found = given_.find(confirmation);
    if (found == given_.end()) return refuse("This confirmation is not from here.");
    auto& [key, digest, used] = found->second;
    if (expired) return refuse("This confirmation has expired.");
    if (key != key_of(binding)) return refuse("This confirmation is for something else.");
    if (used) return refuse("This confirmation was used before.");
    used = true;
    return digest;
  }

  std::optional<std::string> unavailable() const override {
    if (why_not.empty()) return std::nullopt;
    return why_not;
  }

  bool fails = false;
  bool expired = false;
  std::string why_not;
  int issued = 0;

 private:
  struct Given {
    std::string key;
    std::string digest;
    bool used;
  };

  static std::string key_of(const ConfirmationBinding& binding) {
    return binding.object_id + "|" + binding.tenant_id + "|" + binding.operation + "|" +
           binding.arguments_sha256;
  }

  std::mutex mutex_;  // guards given_
  std::map<std::string, Given> given_;
};

}  // namespace adomcp::mcp
