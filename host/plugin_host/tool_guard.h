#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "core/operation.h"
#include "plugin_host/breaker.h"

namespace adomcp::plugin_host {

/// For each call that may run, so many may wait for their turn; the next one is refused at once.
constexpr unsigned kWaitingPerSlot = 4;
/// With so many calls given up that haven't come back, a tool isn't called at all, so that it can't
/// take the threads of the others one trial after another.
constexpr unsigned kMostHung = 8;

/// How one tool does, for operators.
struct GuardState {
  BreakerState breaker = BreakerState::kClosed;  ///< kOpen too while too many calls hang
  unsigned in_flight = 0;                        ///< without those that hang, and without tasks
  unsigned waiting = 0;
  unsigned hung = 0;  ///< given up and not back yet
};

/// What stands before one tool: how many of its calls run at a time, and its Breaker. Lives in the
/// Tool of one Catalog: a plugin that was replaced starts anew. Thread-safe.
class ToolGuard : public std::enable_shared_from_this<ToolGuard> {
 public:
  using Time = Breaker::Time;
  using Now = std::function<Time()>;

  /// One call that was let through. Goes when the plugin's code has really returned: until then it
  /// counts as one of those that run.
  class Pass {
   public:
    Pass(std::shared_ptr<ToolGuard> guard, Breaker::Ticket ticket)
        : guard_(std::move(guard)), ticket_(ticket) {}
    Pass(Pass&& other) noexcept = default;
    Pass& operator=(Pass&&) = delete;
    ~Pass();

    /// At most once, what the call says about its tool; kNeither when never told. True when this
    /// opened the breaker.
    bool report(CallVerdict verdict);
    /// It was given up: from now on it hangs.
    void hang();
    /// It became a task, which may run for long: it no longer counts as one of those that run.
    void set_apart();

   private:
    std::shared_ptr<ToolGuard> guard_;  // null: moved away
    Breaker::Ticket ticket_;
    bool told_ = false;
    bool hung_ = false;
    bool apart_ = false;
  };

  struct Refusal {
    enum class Why { kBroken, kHung, kBusy };
    Why why = Why::kBroken;
    std::chrono::milliseconds retry_in{0};
  };

  /// The caller stopped waiting.
  struct NoLonger {};

  using Entry = std::variant<Pass, Refusal, NoLonger>;

  /// When to look again whether to go on waiting; nullopt: don't.
  using Look = std::function<std::optional<Time>()>;

  explicit ToolGuard(unsigned at_a_time, Now now = &std::chrono::steady_clock::now);

  /// Lets a call through, when need be once another has ended. `look` is asked without a lock.
  Entry enter(const Look& look);

  GuardState state() const;
  unsigned at_a_time() const { return at_a_time_; }

 private:
  std::optional<Refusal> refusal() const;
  void leave(bool hung);
  void add_hung(bool apart);
  void set_apart(Breaker::Ticket ticket);
  bool report(Breaker::Ticket ticket, CallVerdict verdict);
  bool too_many_hang() const;

  const unsigned at_a_time_;
  const Now now_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  Breaker breaker_;
  unsigned running_ = 0;  // those that hang too
  unsigned hung_ = 0;
  unsigned waiting_ = 0;
};

/// For a caller: which tool or what else, why, and when to try again.
std::string to_text(const ToolGuard::Refusal& refusal, const std::string& name,
                    OperationKind kind = OperationKind::kTool);

}  // namespace adomcp::plugin_host
