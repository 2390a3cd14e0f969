#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "mcp/operations/request_state.h"

namespace adomcp::mcp {

/// A seal in memory: bound, expiring when the test says so, out of reach when it says so.
class FakeSeal final : public StateSeal {
 public:
  Result<std::string> seal(const std::string& text, const RequestBinding& binding,
                           Deadline) override {
    const std::lock_guard lock(mutex_);
    if (fails) return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
    if (text.size() > RequestState::kMostBytes) {
      return Error{ErrorCode::kInvalid, "It is larger than 64 KiB.", {}};
    }
    last_text = text;
    const auto sealed = "sealed-" + std::to_string(given_.size() + 1);
    given_[sealed] = {key_of(binding), text};
    return sealed;
  }

  Result<std::string> open(const std::string& sealed, const RequestBinding& binding,
                           Deadline) override {
    const std::lock_guard lock(mutex_);
    if (fails) return Error{ErrorCode::kUnavailable, "The store can't be reached.", {}};
    const auto found = given_.find(sealed);
    if (found == given_.end() || found->second.first != key_of(binding)) {
      return Error{ErrorCode::kInvalid, "It was not issued here, or it was changed.", {}};
    }
    if (expired) return Error{ErrorCode::kInvalid, "It has expired.", {}};
    return found->second.second;
  }

  bool fails = false;
  bool expired = false;
  std::string last_text;

 private:
  static std::string key_of(const RequestBinding& binding) {
    return binding.object_id + "|" + binding.tenant_id + "|" + binding.method + "|" + binding.name +
           "|" + binding.arguments_sha256;
  }

  std::mutex mutex_;  // guards all above and below
  std::map<std::string, std::pair<std::string, std::string>> given_;
};

}  // namespace adomcp::mcp
