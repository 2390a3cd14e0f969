#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/event_stream.h"

namespace adomcp::mcp {

/// Keeps what is sent, until it is closed or its client leaves.
class FakeStream final : public EventStream {
 public:
  bool send(std::string_view message) override {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    sent_.push_back(nlohmann::json::parse(message));
    return true;
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

  std::vector<nlohmann::json> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  bool ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::vector<nlohmann::json> sent_;
  bool ended_ = false;
  std::function<void()> on_end_;
};

}  // namespace adomcp::mcp
