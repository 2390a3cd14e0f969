#pragma once

#include <chrono>
#include <memory>
#include <variant>

namespace adomcp::plugin_host {

/// How many calls run at a time. One that hangs and was given up no longer counts, for up to
/// `max_abandoned` of them; nor does one that takes long and is meant to. Thread-safe.
class CallSlots {
 public:
  CallSlots(unsigned at_a_time, unsigned max_abandoned);

  /// One call's, until it is destroyed; also longer than the CallSlots.
  class Slot {
   public:
    Slot(Slot&& other) noexcept = default;
    Slot& operator=(Slot&&) = delete;
    ~Slot();

    /// Its call hangs: another may run in its place.
    void abandon();
    /// Its call takes long: another may run in its place. How many such there are is for the caller
    /// to bound.
    void lend();

   private:
    friend class CallSlots;
    struct State;
    explicit Slot(std::shared_ptr<State> state) : state_(std::move(state)) {}

    std::shared_ptr<State> state_;  // null: moved away
    bool abandoned_ = false;
    bool lent_ = false;
  };

  enum class Refused {
    kBusy,   ///< none was free until then; ask again
    kStuck,  ///< all belong to calls that hang, or that were lent theirs
  };

  /// Waits for one until `until`.
  std::variant<Slot, Refused> take(std::chrono::steady_clock::time_point until);

  /// Calls that were abandoned and haven't come back.
  unsigned abandoned() const;

 private:
  const std::shared_ptr<Slot::State> state_;
};

}  // namespace adomcp::plugin_host
