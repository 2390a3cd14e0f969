#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

namespace adomcp::plugin_host {

/// Counts the calls that have become tasks and whose plugin hasn't returned yet. Thread-safe.
class TaskSlots {
 public:
  /// One of them, as long as it lives; also longer than the TaskSlots.
  class Slot {
   public:
    explicit Slot(std::shared_ptr<std::atomic<unsigned>> taken) : taken_(std::move(taken)) {}
    Slot(Slot&& other) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (taken_ != nullptr) --*taken_;
    }

   private:
    std::shared_ptr<std::atomic<unsigned>> taken_;  // null: moved away
  };

  explicit TaskSlots(unsigned most) : most_(most) {}

  /// Nullopt when all are taken.
  std::optional<Slot> take() {
    unsigned now = *taken_;
    do {
      if (now >= most_) return std::nullopt;
    } while (!taken_->compare_exchange_weak(now, now + 1));
    return Slot(taken_);
  }

  unsigned taken() const { return *taken_; }

 private:
  const unsigned most_;
  const std::shared_ptr<std::atomic<unsigned>> taken_ = std::make_shared<std::atomic<unsigned>>(0U);
};

}  // namespace adomcp::plugin_host
