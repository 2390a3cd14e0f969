#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "unit/mcp/ending_stream.h"

namespace adomcp::mcp {

/// Keeps what is sent, until it is closed or its client leaves.
class FakeStream final : public EndingStream {
 public:
  bool send(std::string_view message) override {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    sent_.push_back(nlohmann::json::parse(message));
    return true;
  }
  std::vector<nlohmann::json> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  std::vector<nlohmann::json> sent_;
};

}  // namespace adomcp::mcp
