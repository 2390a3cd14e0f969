#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "core/event_stream.h"

namespace adomcp::mcp {

/// The part of a stream that ends: when it is closed, or when its client leaves.
class EndingStream : public EventStream {
 public:
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

  bool ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 protected:
  mutable std::mutex mutex_;  // guards all below, and what a stream keeps of its own
  bool ended_ = false;

 private:
  std::function<void()> on_end_;
};

}  // namespace adomcp::mcp
