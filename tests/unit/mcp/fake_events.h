#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "unit/mcp/ending_stream.h"

namespace adomcp::mcp {

/// Keeps each event as the client would see it: "id|message", with "~" before it where it is told
/// when to come back.
class FakeEvents final : public EndingStream {
 public:
  bool send(std::string_view message) override { return send_with_id(message, "", {}); }
  bool send_with_id(std::string_view message, std::string_view id,
                    std::chrono::milliseconds retry) override {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    sent_.push_back((retry.count() > 0 ? "~" : "") + std::string(id) + "|" + std::string(message));
    return true;
  }
  bool begin() override {
    const std::lock_guard lock(mutex_);
    begun_ = true;
    return !ended_;
  }
  std::vector<std::string> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  bool begun() const {
    const std::lock_guard lock(mutex_);
    return begun_ || !sent_.empty();
  }

 private:
  std::vector<std::string> sent_;
  bool begun_ = false;
};

}  // namespace adomcp::mcp
