#include "plugin_host/load/bounded_run.h"

#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace adomcp::plugin_host {

BoundedRun bounded_run(std::function<void()> work, std::chrono::milliseconds limit) {
  std::promise<void> promise;
  const auto done = promise.get_future();
  std::thread thread;
  try {
    thread = std::thread([work = std::move(work), promise = std::move(promise)]() mutable {
      work();
      work = nullptr;
      // Only once the thread's locals are gone can a library be unloaded.
      promise.set_value_at_thread_exit();
    });
  } catch (const std::system_error&) {
    return BoundedRun::kNoThread;
  }
  if (done.wait_for(limit) != std::future_status::ready) {
    thread.detach();
    return BoundedRun::kStillRunning;
  }
  thread.join();
  return BoundedRun::kDone;
}

}  // namespace adomcp::plugin_host
