#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/event_stream.h"

namespace adomcp::mcp {

/// Keeps each event as the client would see it: "id|message", with "~" before it where it is told
/// when to come back.
class FakeEvents final : public EventStream {
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
  void close() override { leave(); }
  void on_end(std::function<void()> ended) override {
    {
      const std::lock_guard lock(mutex_);
      if (!ended_) {
        on_end_ = std::move(ended);
        return;
      }
    }
    ended();
  }

  void leave() {
    std::function<void()> told;
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      told = std::exchange(on_end_, nullptr);
    }
    if (told) told();
  }

  std::vector<std::string> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  bool ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  bool begun() const {
    const std::lock_guard lock(mutex_);
    return begun_ || !sent_.empty();
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::vector<std::string> sent_;
  bool ended_ = false;
  bool begun_ = false;
  std::function<void()> on_end_;
};

}  // namespace adomcp::mcp
