#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/cancel_token.h"
#include "core/client_link.h"
#include "core/clock.h"
#include "core/result.h"
#include "mcp/operations/detached_call.h"
#include "mcp/tasks/live_task.h"
#include "mcp/tasks/task_record.h"
#include "mcp/wire/client.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// A call that may become a task.
struct TaskCall {
  TaskOwner owner;
  Operation operation;                ///< the tool
  Client client;                      ///< takes tasks
  std::shared_ptr<ClientLink> link;   ///< of the request; null: none
  std::function<bool()> client_gone;  ///< of the request; not asked once run() has returned
};

/// Runs calls that may become tasks, each on a thread of its own, and knows the tasks: its own, and
/// by the store those of the other replicas. Leases are renewed side by side and before all else,
/// so that a slow store takes no healthy task down. Thread-safe.
class TaskManager {
 public:
  struct Limits {
    std::size_t running = 32;        ///< calls at a time
    std::size_t running_of_one = 8;  ///< of one owner
    std::size_t kept = 2048;         ///< tasks that haven't expired, running or not
    std::size_t kept_of_one = 256;
    std::size_t bytes = std::size_t{64} << 20;  ///< of their results, when another call may begin
    std::size_t bytes_of_one = std::size_t{16} << 20;
  };

  /// They must outlive it. Without `keeper` somebody else calls tick().
  TaskManager(state::Store& store, const Clock& clock, const Limits& limits, bool keeper = true);
  TaskManager(state::Store& store, const Clock& clock) : TaskManager(store, clock, Limits{}) {}
  ~TaskManager();
  TaskManager(const TaskManager&) = delete;
  TaskManager& operator=(const TaskManager&) = delete;

  /// Makes the call and answers: `link` and `gone` take the place of the request's own, and stay
  /// good after run() has returned, as `cancel` does.
  using Work = std::function<Reply(const std::shared_ptr<ClientLink>& link,
                                   const std::function<bool()>& gone, const CancelToken& cancel)>;

  /// The answer of `work`, or a CreateTaskResult as soon as `work` has begun a task; it then goes
  /// on, and everything it holds must outlive this or be its own. An Error means that it
  /// wasn't started: kThrottled, or kUnavailable while the server stops.
  Result<Reply> run(TaskCall call, Work work, const ResultWriter& writer);

  /// Runs the calls whose clients take tasks; the others are made where they are.
  Reply take(DetachedCall call, const ResultWriter& writer);

  /// The task as its owner may see it. kNotFound for everybody else, just as for what never was or
  /// has expired; kUnavailable when nobody can tell.
  Result<TaskRecord> find(const std::string& id, const TaskOwner& owner, Deadline deadline);

  /// Answers to what a task asks; others are ignored, also once it has ended. kNotFound, kInvalid,
  /// kThrottled, kUnavailable; nothing was taken then.
  Status update(const std::string& id, const TaskOwner& owner, const nlohmann::json& answers,
                Deadline deadline);

  /// Its owner wants no more of it. kNotFound, kThrottled, kUnavailable.
  Status cancel(const std::string& id, const TaskOwner& owner, Deadline deadline);

  /// What has to be done about once a second.
  void tick();

  /// Takes no more calls, and ends the tasks that run. Returns when they are recorded, or at
  /// `deadline`.
  void stop(Deadline deadline);

 private:
  struct Running {
    std::shared_ptr<LiveTask> task;
    TaskOwner owner;
    std::thread thread;
    bool over = false;  ///< the thread is at its end
  };
  struct Kept {
    TaskOwner owner;
    Clock::TimePoint expires;
    std::size_t bytes = 0;
    std::uint32_t notes = 0;
  };

  struct Seen {
    TaskRecord record;
    std::shared_ptr<LiveTask> task;  ///< null: another replica runs it, or nobody
  };
  Result<Seen> look(const std::string& id, const TaskOwner& owner, Deadline deadline);
  Status admit(const TaskOwner& owner) const;
  Status start(const std::shared_ptr<LiveTask>& task, TaskCall call, Work work);
  void work_on(const std::shared_ptr<LiveTask>& task, const std::shared_ptr<ClientLink>& link,
               Work work);
  std::shared_ptr<LiveTask> live(const std::string& id) const;
  std::vector<std::shared_ptr<LiveTask>> all() const;
  void renew_leases();
  void do_chores();
  void reap();
  void read_notes();
  void forget_expired();
  bool closing() const;
  void keep(void (TaskManager::*work)());

  TaskStore store_;
  const Clock& clock_;
  const Limits limits_;
  std::size_t notes_read_ = 0;  // of how many tasks so far; of the thread that does the chores
  mutable std::mutex mutex_;    // guards what follows
  std::condition_variable changed_;
  std::map<std::string, Running> running_;
  std::map<std::string, Kept> kept_;
  std::map<std::string, Kept> expired_;  // and not removed from the store yet
  bool stopping_ = false;
  bool closing_ = false;
  std::thread keeper_;  // of leases: nothing that takes its time is done there
  std::thread chores_;
};

}  // namespace adomcp::mcp
