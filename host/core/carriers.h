#pragma once

#include <atomic>
#include <functional>
#include <memory>

namespace adomcp {

class CarrierJob;
struct Carried;  // a fiber and who looks after it

/// Threads that carry fibers, started as needed and kept for a while. What a fiber does runs on the
/// thread that took it up, without a hand-over; a job that doesn't return is left to its thread,
/// and another one carries the fiber on. Thread-safe.
class Carriers {
 public:
  Carriers();
  Carriers(const Carriers&) = delete;
  Carriers& operator=(const Carriers&) = delete;

  /// Waits for all fibers. Threads whose job was left and hasn't returned stay behind, with all
  /// that their jobs own.
  ~Carriers();

  /// Begins `work`, which must not throw, as a fiber. False when the system has no thread or no
  /// memory for it.
  bool start(std::function<void()> work);

  /// The same, and waits until it has ended.
  bool run(const std::function<void()>& work);

  /// Waits until all fibers have ended.
  void wait();

  /// Whether the caller is carried.
  static bool carried();

  /// For a fiber: has `job` done by the thread below it. True once it has returned; false when
  /// leave() came first.
  static bool do_below(const std::shared_ptr<CarrierJob>& job);

  /// For another thread: the fiber of this running job is carried on by another one. False when the
  /// job has returned or hasn't begun, or when no thread is to be had now.
  static bool leave(CarrierJob& job);

 private:
  friend class CarrierJob;
  friend struct Carried;
  struct State;
  std::shared_ptr<State> state_;  // shared with the threads, which may outlive this
};

/// Work that a fiber has done for it by the thread which carries it, on the thread's own stack. The
/// fiber rests meanwhile, and needs not wait for it to the end.
class CarrierJob {
 public:
  virtual ~CarrierJob() = default;

  /// Once.
  virtual void run() noexcept = 0;

 private:
  friend class Carriers;
  enum class State { kWaiting, kRunning, kReturned, kLeft };

  std::atomic<State> state_{State::kWaiting};
  std::shared_ptr<Carriers::State> carriers_;  // from before it runs
  std::shared_ptr<Carried> carried_;           // whoever ends kRunning has it
};

}  // namespace adomcp
