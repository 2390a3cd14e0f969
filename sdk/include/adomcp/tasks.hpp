// adomcp/tasks.hpp - calls that go on after their answer. A tool that Start::may_be_task() named
// begins like any other and becomes a task where its client takes one:
//
//   using namespace std::chrono_literals;
//   adomcp::begin_task(call, 1h, 5s);   // for an hour at most; ask every five seconds
//   for (…) { call.check(); call.progress(done, total, "Stage 2 of 5"); … }
//   return result;                      // to be fetched by the task's id
#pragma once

#include <adomcp/tasks.h>
#include <adomcp/call.hpp>

#include <chrono>
#include <stdexcept>

namespace adomcp {

/// False: this client takes no tasks, so go on within the call's own deadline. `time_to_live`, at
/// most a day, is from now on the deadline; the result is kept as long. From here on questions wait
/// for their answers, and progress messages are the task's status. Questions that were put before,
/// without leaving the handler, are all open now: to wait for their answers, ask them again.
inline bool begin_task(Call& call, std::chrono::milliseconds time_to_live,
                       std::chrono::milliseconds poll_every) {
  const auto* const tasks = detail::service<adomcp_tasks>(ADOMCP_TASKS);
  if (tasks == nullptr) return false;
  const adomcp_status status =
      tasks->begin(call.handle(), time_to_live.count(), poll_every.count());
  if (status == ADOMCP_OK) return true;
  if (status == ADOMCP_UNSUPPORTED) return false;
  if (status == ADOMCP_INVALID_ARGUMENT) {
    throw std::logic_error("the host can't begin a task that lives or is asked for so long");
  }
  throw ToolError("The call can't go on as a task now.", status);
}

/// The same for a tool that is of no use but as a task: the call of a client that takes none ends
/// as unsupported.
inline void need_task(Call& call, std::chrono::milliseconds time_to_live,
                      std::chrono::milliseconds poll_every) {
  if (!begin_task(call, time_to_live, poll_every)) throw detail::Leave{ADOMCP_UNSUPPORTED};
}

}  // namespace adomcp
