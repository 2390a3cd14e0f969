#pragma once

#include <functional>
#include <memory>

namespace adomcp {

/// A piece of work with a stack of its own. It can rest in its midst, and any thread may go on with
/// it: one at a time, which is for its owner to see to. While it rests it must hold no mutex.
class Fiber {
 public:
  /// `work` must not throw. Throws std::bad_alloc when there is no memory for its stack.
  explicit Fiber(std::function<void()> work);
  /// It must have ended, or never begun.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// For a thread on its own stack: runs the work until it rests or ends. False once it has ended.
  bool resume();

  /// For the work: back to the thread that resumed it. Returns when it is resumed again, maybe by
  /// another thread.
  void rest();

 private:
  struct Contexts;

  std::function<void()> work_;
  const std::unique_ptr<Contexts> contexts_;
};

}  // namespace adomcp
