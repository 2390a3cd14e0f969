#include "core/carriers.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/fiber.h"

namespace adomcp {
namespace {

constexpr std::chrono::seconds kKeptIdle{60};

struct Carrier {
  std::condition_variable wake;
  std::shared_ptr<Carried> next;  // to be carried
  bool stuck = false;             // in a job that was left
  std::thread thread;
};

}  // namespace

/// A fiber and who looks after it.
struct Carried : std::enable_shared_from_this<Carried> {
  Carried(std::function<void()> work, std::shared_ptr<Carriers::State> carriers)
      : fiber(std::move(work)), state(std::move(carriers)) {}

  Fiber fiber;
  const std::shared_ptr<Carriers::State> state;
  std::shared_ptr<CarrierJob> job;  // what it rests for
  Carrier* carrier = nullptr;       // who has it
};

namespace {

thread_local Carried* carried_here = nullptr;

}  // namespace

struct Carriers::State : std::enable_shared_from_this<State> {
  std::mutex mutex;  // guards all below and the Carriers' fields
  std::condition_variable ended;
  std::list<Carrier> carriers;
  std::vector<Carrier*> idle;  // the last one is warm
  std::size_t fibers = 0;
  bool stopping = false;

  /// With the mutex held: a thread that carries nothing, or null.
  Carrier* take() {
    if (!idle.empty()) {
      Carrier* const carrier = idle.back();
      idle.pop_back();
      return carrier;
    }
    Carrier& added = carriers.emplace_back();
    try {
      added.thread = std::thread([self = shared_from_this(), &added] { self->serve(added); });
    } catch (const std::system_error&) {
      carriers.pop_back();
      return nullptr;
    }
    return &added;
  }

  /// With the mutex held.
  void give(Carrier& carrier, std::shared_ptr<Carried> carried) {
    carried->carrier = &carrier;
    carrier.next = std::move(carried);
    carrier.wake.notify_one();
  }

  void serve(Carrier& self) {
    std::unique_lock lock(mutex);
    for (;;) {
      const bool woken =
          self.wake.wait_for(lock, kKeptIdle, [&] { return self.next != nullptr || stopping; });
      if (self.next == nullptr) {
        if (!woken) retire(self);
        return;
      }
      auto carried = std::move(self.next);
      lock.unlock();
      carry(std::move(carried));
      lock.lock();
      self.stuck = false;
      idle.push_back(&self);
    }
  }

  /// With the mutex held, for a thread that nobody has needed for long.
  void retire(Carrier& self) {
    if (stopping) return;
    std::erase(idle, &self);
    self.thread.detach();
    carriers.remove_if([&](const Carrier& each) { return &each == &self; });
  }

  /// Until the fiber has ended, or was left to another thread.
  void carry(std::shared_ptr<Carried> carried) {
    for (;;) {
      carried_here = carried.get();
      const bool rests = carried->fiber.resume();
      carried_here = nullptr;
      if (!rests) break;
      const auto job = std::exchange(carried->job, nullptr);
      carried.reset();  // it is the job's, so that it can be left
      auto running = CarrierJob::State::kRunning;
      job->state_ = running;
      job->run();
      if (!job->state_.compare_exchange_strong(running, CarrierJob::State::kReturned)) return;
      carried = std::move(job->carried_);
    }
    carried.reset();  // with its stack, before anybody may believe that all is over
    const std::lock_guard lock(mutex);
    if (--fibers == 0) ended.notify_all();
  }

  bool leave(CarrierJob& job) {
    const std::lock_guard lock(mutex);
    Carrier* const other = take();
    if (other == nullptr) return false;
    auto running = CarrierJob::State::kRunning;
    if (!job.state_.compare_exchange_strong(running, CarrierJob::State::kLeft)) {
      idle.push_back(other);
      return false;
    }
    auto carried = std::move(job.carried_);
    carried->carrier->stuck = true;
    give(*other, std::move(carried));
    return true;
  }
};

Carriers::Carriers() : state_(std::make_shared<State>()) {}

Carriers::~Carriers() {
  wait();
  std::vector<std::thread> running;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    for (Carrier& carrier : state_->carriers) {
      carrier.wake.notify_one();
      if (carrier.stuck) {
        carrier.thread.detach();
      } else {
        running.push_back(std::move(carrier.thread));
      }
    }
  }
  for (std::thread& thread : running) thread.join();
}

bool Carriers::start(std::function<void()> work) {
  std::shared_ptr<Carried> carried;
  try {
    carried = std::make_shared<Carried>(std::move(work), state_);
  } catch (const std::bad_alloc&) {
    return false;
  }
  const std::lock_guard lock(state_->mutex);
  Carrier* const carrier = state_->take();
  if (carrier == nullptr) return false;
  ++state_->fibers;
  state_->give(*carrier, std::move(carried));
  return true;
}

bool Carriers::run(const std::function<void()>& work) {
  std::mutex mutex;
  std::condition_variable changed;
  bool over = false;
  const bool started = start([&] {
    work();
    const std::lock_guard lock(mutex);
    over = true;
    changed.notify_one();  // with the lock: its owner leaves as soon as it has it
  });
  if (!started) return false;
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return over; });
  return true;
}

bool Carriers::carried() {
  return carried_here != nullptr;
}

bool Carriers::do_below(const std::shared_ptr<CarrierJob>& job) {
  Carried& self = *carried_here;
  self.job = job;
  job->carried_ = self.shared_from_this();
  job->carriers_ = self.state;
  self.fiber.rest();
  return job->state_ == CarrierJob::State::kReturned;
}

bool Carriers::leave(CarrierJob& job) {
  if (job.state_ != CarrierJob::State::kRunning) return false;
  return job.carriers_->leave(job);
}

void Carriers::wait() {
  std::unique_lock lock(state_->mutex);
  state_->ended.wait(lock, [this] { return state_->fibers == 0; });
}

}  // namespace adomcp
