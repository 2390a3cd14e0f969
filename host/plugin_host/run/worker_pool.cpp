#include "plugin_host/run/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace adomcp::plugin_host {
namespace {

struct Worker {
  std::condition_variable wake;
  std::shared_ptr<Job> job;         // the next or running one
  std::atomic<bool> called{false};  // there is a next one: also read without the mutex
  bool abandoned = false;
  bool lent = false;
  std::thread thread;
};

}  // namespace

struct WorkerPool::State {
  std::mutex mutex;  // guards all below and the Workers' fields
  std::condition_variable freed;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<Worker*> idle;  // the last one is warm
  unsigned threads = 0;
  unsigned max_abandoned = 0;
  unsigned abandoned = 0;
  unsigned lent = 0;
  unsigned waiting = 0;
  bool stopping = false;

  /// With the mutex held: a thread that can take a Job now, or null.
  Worker* take(const std::shared_ptr<State>& self) {
    if (!idle.empty()) {
      Worker* worker = idle.back();
      idle.pop_back();
      return worker;
    }
    if (workers.size() >= threads + std::min(abandoned, max_abandoned) + lent) return nullptr;
    auto worker = std::make_unique<Worker>();
    Worker& added = *worker;
    workers.push_back(std::move(worker));
    try {
      added.thread = std::thread([self, &added] { self->serve(added); });
    } catch (
        const std::system_error&) {  // no more threads from the system: as if the pool were full
      workers.pop_back();
      return nullptr;
    }
    return &added;
  }

  /// With the mutex held; null when `job` has returned.
  Worker* working_on(const Job& job) const {
    const auto found = std::find_if(workers.begin(), workers.end(),
                                    [&](const auto& worker) { return worker->job.get() == &job; });
    return found == workers.end() ? nullptr : found->get();
  }

  void put_back(Worker& worker) {
    idle.push_back(&worker);
    if (waiting > 0) freed.notify_one();
  }

  void serve(Worker& worker) {
    while (true) {
      yield_until([&] { return worker.called.load(); });
      std::unique_lock lock(mutex);
      worker.wake.wait(lock, [&] { return worker.job != nullptr || stopping; });
      if (worker.job == nullptr) return;
      worker.called = false;
      Job& job = *worker.job;
      lock.unlock();
      job.run();
      lock.lock();
      std::shared_ptr<Job> done = std::exchange(worker.job, nullptr);
      const bool given_up = std::exchange(worker.abandoned, false);
      if (std::exchange(worker.lent, false)) --lent;
      // Free before the caller knows, so that its next Job finds this thread again.
      if (!given_up) put_back(worker);
      lock.unlock();
      done->finish();
      done.reset();  // without the lock: an abandoned Job may own the last of a Catalog
      if (!given_up) continue;
      lock.lock();
      --abandoned;
      put_back(worker);
    }
  }
};

WorkerPool::WorkerPool(unsigned threads, unsigned max_abandoned)
    : state_(std::make_shared<State>()) {
  state_->threads = std::max(threads, 1U);
  state_->max_abandoned = max_abandoned;
}

WorkerPool::~WorkerPool() {
  std::vector<std::thread> running;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    for (const auto& worker : state_->workers) {
      worker->wake.notify_one();
      if (worker->abandoned) {
        worker->thread.detach();
      } else {
        running.push_back(std::move(worker->thread));
      }
    }
  }
  for (std::thread& thread : running) thread.join();
}

WorkerPool::Started WorkerPool::start(const std::shared_ptr<Job>& job,
                                      std::chrono::steady_clock::time_point until) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  Worker* worker = state.take(state_);
  while (worker == nullptr) {
    if (state.abandoned + state.lent == state.workers.size()) return Started::kRefused;
    ++state.waiting;
    const auto woken = state.freed.wait_until(lock, until);
    --state.waiting;
    worker = state.take(state_);
    if (worker == nullptr && woken == std::cv_status::timeout) return Started::kBusy;
  }
  worker->job = job;
  worker->called = true;
  lock.unlock();
  worker->wake.notify_one();
  return Started::kYes;
}

bool WorkerPool::abandon(const Job& job) {
  const std::lock_guard lock(state_->mutex);
  Worker* const worker = state_->working_on(job);
  if (worker == nullptr) return false;
  worker->abandoned = true;
  ++state_->abandoned;
  if (std::exchange(worker->lent, false)) --state_->lent;
  if (state_->waiting > 0) state_->freed.notify_one();
  return true;
}

bool WorkerPool::lend(const Job& job) {
  const std::lock_guard lock(state_->mutex);
  Worker* const worker = state_->working_on(job);
  if (worker == nullptr) return false;
  if (!std::exchange(worker->lent, true)) ++state_->lent;
  if (state_->waiting > 0) state_->freed.notify_one();
  return true;
}

unsigned WorkerPool::abandoned() const {
  const std::lock_guard lock(state_->mutex);
  return state_->abandoned;
}

}  // namespace adomcp::plugin_host
