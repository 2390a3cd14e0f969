#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace adomcp {

/// A bounded number of places. Counted and checked in one step, so that there are never more of
/// them taken than there are, however many ask at once. Thread-safe.
class Slots {
 public:
  /// One of them, as long as it lives; also longer than the Slots.
  class Slot {
   public:
    explicit Slot(std::shared_ptr<std::atomic<std::size_t>> taken) : taken_(std::move(taken)) {}
    Slot(Slot&& other) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (taken_ != nullptr) --*taken_;
    }

   private:
    std::shared_ptr<std::atomic<std::size_t>> taken_;  // null: moved away
  };

  explicit Slots(std::size_t most) : most_(most) {}

  /// Nullopt when all are taken.
  std::optional<Slot> take() {
    std::size_t now = *taken_;
    do {
      if (now >= most_) return std::nullopt;
    } while (!taken_->compare_exchange_weak(now, now + 1));
    return Slot(taken_);
  }

  std::size_t taken() const { return *taken_; }

 private:
  const std::size_t most_;
  const std::shared_ptr<std::atomic<std::size_t>> taken_ =
      std::make_shared<std::atomic<std::size_t>>(0U);
};

}  // namespace adomcp
