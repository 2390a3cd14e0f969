#include "mcp/tasks/task_manager.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/side_by_side.h"
#include "mcp/tasks/task_link.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::milliseconds kStorePatience{5000};
constexpr std::size_t kLeasesAtOnce = 8;
constexpr std::size_t kNotesAtOnce = 4;
// How long another one may begin; what is left then waits for the next tick.
constexpr std::chrono::milliseconds kReadNotesFor{2000};
constexpr std::chrono::milliseconds kForgetFor{1000};
constexpr std::size_t kIdLength = 32;

bool is_id(const std::string& text) {
  return text.size() == kIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Error unknown() {
  return {ErrorCode::kNotFound, "Task not found: there is none with this id, or not any more.", {}};
}

Error throttled(std::string message) {
  return {ErrorCode::kThrottled, std::move(message), "Try again later.", kTick};
}

/// What fails is tried again at the next tick, and must not end the process.
template <typename Work>
void attempt(const Work& work) noexcept {
  try {
    work();
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
  }
}

std::string create_result(const TaskRecord& record, const ResultWriter& writer) {
  return R"({"resultType":"task",)" + task_members(record) +
         R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)" + writer.server_info() + "}}";
}

}  // namespace

TaskManager::TaskManager(state::Store& store, const Clock& clock, const Limits& limits, bool keeper)
    : store_(store), clock_(clock), limits_(limits) {
  if (!keeper) return;
  keeper_ = std::thread([this] { keep(&TaskManager::renew_leases); });
  chores_ = std::thread([this] { keep(&TaskManager::do_chores); });
}

TaskManager::~TaskManager() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = closing_ = true;
  }
  changed_.notify_all();
  for (const auto& task : all()) task->stop(LiveTask::Stop::kShutdown);
  if (keeper_.joinable()) keeper_.join();
  if (chores_.joinable()) chores_.join();
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, running] : running_) threads.push_back(std::move(running.thread));
  }
  for (auto& thread : threads) thread.join();
}

void TaskManager::keep(void (TaskManager::*work)()) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kTick, [this] { return closing_; })) {
    lock.unlock();
    attempt([&] { (this->*work)(); });
    lock.lock();
  }
}

bool TaskManager::closing() const {
  const std::lock_guard lock(mutex_);
  return closing_;
}

Result<Reply> TaskManager::run(TaskCall call, Work work, const ResultWriter& writer) {
  reap();
  const auto task = std::make_shared<LiveTask>(call.owner, call.operation, call.client,
                                               std::move(call.client_gone), store_, clock_);
  if (auto started = start(task, std::move(call), std::move(work)); !started) {
    return started.error();
  }
  auto first = task->first_answer();
  if (!first.task) return std::move(first.reply);
  return Reply{create_result(*first.task, writer), std::nullopt};
}

/// mutex_ is held.
Status TaskManager::admit(const TaskOwner& owner) const {
  if (stopping_) return Error{ErrorCode::kUnavailable, "The server is stopping.", {}};
  std::size_t running = 0;
  std::size_t theirs = 0;
  std::size_t kept_theirs = 0;
  std::size_t bytes = 0;
  std::size_t bytes_theirs = 0;
  for (const auto& [id, one] : running_) {
    if (one.owner == owner) ++kept_theirs;
    if (one.over) continue;
    ++running;
    if (one.owner == owner) ++theirs;
  }
  for (const auto& [id, one] : kept_) {
    bytes += one.bytes;
    if (one.owner != owner) continue;
    bytes_theirs += one.bytes;
    ++kept_theirs;
  }
  if (running >= limits_.running || theirs >= limits_.running_of_one) {
    return throttled("Too many calls that may become tasks are running.");
  }
  if (running_.size() + kept_.size() >= limits_.kept || bytes >= limits_.bytes ||
      kept_theirs >= limits_.kept_of_one || bytes_theirs >= limits_.bytes_of_one) {
    return throttled("Too many tasks are kept until they expire.");
  }
  return Done{};
}

Reply TaskManager::take(DetachedCall call, const ResultWriter& writer) {
  if (!takes_tasks(call.client.capabilities)) return call.carry_out(call.context);
  const auto& plugin = call.tool.plugin;
  TaskCall task{owner_of(call.principal),
                {OperationKind::kTool, call.tool.name, plugin ? plugin->id() : std::string(),
                 call.tool.read_only},
                std::move(call.client),
                call.context.link,
                call.context.gone};
  auto work = [carry_out = std::move(call.carry_out), deadline = call.context.deadline](
                  const auto& link, const auto& gone, const auto& cancel) {
    return carry_out({link, gone, deadline, cancel, true});
  };
  auto done = run(std::move(task), std::move(work), writer);
  if (done) return std::move(done).value();
  return call.refuse(done.error());
}

Status TaskManager::start(const std::shared_ptr<LiveTask>& task, TaskCall call, Work work) {
  const std::lock_guard lock(mutex_);
  if (auto may = admit(call.owner); !may) return may;
  auto& running = running_[task->id()];
  running.task = task;
  running.owner = call.owner;
  try {
    // It can't be over before it is listed: that takes mutex_.
    running.thread =
        std::thread([this, task, link = std::move(call.link), work = std::move(work)]() mutable {
          work_on(task, link, std::move(work));
        });
  } catch (const std::system_error&) {
    running_.erase(task->id());
    return throttled("There is no thread left for this call.");
  }
  return Done{};
}

/// What `work` holds is let go of before anybody hears of the end, so that the audit has it then.
void TaskManager::work_on(const std::shared_ptr<LiveTask>& task,
                          const std::shared_ptr<ClientLink>& link, Work work) {
  Reply reply;
  try {
    reply = work(
        std::make_shared<TaskLink>(task, link), [task] { return task->gone(); }, task->cancel());
    work = nullptr;
  } catch (const std::exception&) {
    work = nullptr;
    reply = {{}, RpcError{200, -32603, "Internal error: the call failed inside the host", nullptr}};
  }
  task->finish(std::move(reply));
  {
    const std::lock_guard lock(mutex_);
    const auto found = running_.find(task->id());
    if (found != running_.end()) found->second.over = true;
  }
  changed_.notify_all();
}

std::shared_ptr<LiveTask> TaskManager::live(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second.task;
}

std::vector<std::shared_ptr<LiveTask>> TaskManager::all() const {
  std::vector<std::shared_ptr<LiveTask>> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, running] : running_) out.push_back(running.task);
  return out;
}

Result<TaskManager::Seen> TaskManager::look(const std::string& id, const TaskOwner& owner,
                                            Deadline deadline) {
  if (!is_id(id)) return unknown();
  auto task = live(id);
  std::optional<TaskRecord> record;
  if (!task) {
    auto loaded = store_.load(id, deadline.earlier(Deadline::after(kStorePatience)));
    if (!loaded) return loaded.error();
    record = std::move(*loaded);
  } else if (task->begun()) {
    record = task->record();
  }
  const auto now = clock_.now();
  if (!record || record->owner != owner || record->expires() <= now) return unknown();
  if (!task && !record->ended() && now - record->heartbeat > LiveTask::kLease) {
    record->fail(-32603,
                 "The server that ran this task has stopped. How far it came is not known.");
  }
  return Seen{std::move(*record), std::move(task)};
}

Result<TaskRecord> TaskManager::find(const std::string& id, const TaskOwner& owner,
                                     Deadline deadline) {
  auto seen = look(id, owner, deadline);
  if (!seen) return seen.error();
  return std::move(seen->record);
}

Status TaskManager::update(const std::string& id, const TaskOwner& owner, const json& answers,
                           Deadline deadline) {
  const auto seen = look(id, owner, deadline);
  if (!seen) return seen.error();
  if (seen->task) return seen->task->take_answers(answers);
  const auto good = answers_to(seen->record, answers);
  if (!good) return good.error();
  if (good->empty()) return Done{};
  json note = json::object();
  for (const auto& [key, answer] : *good) note["answers"][key] = answers[key];
  return store_.leave_note(seen->record, note, TaskStore::kMostAnswers, deadline);
}

Status TaskManager::cancel(const std::string& id, const TaskOwner& owner, Deadline deadline) {
  const auto seen = look(id, owner, deadline);
  if (!seen) return seen.error();
  if (seen->task) {
    seen->task->stop(LiveTask::Stop::kClient);
    return Done{};
  }
  if (seen->record.ended() || seen->record.cancelling) return Done{};
  return store_.leave_note(seen->record, {{"cancel", true}}, TaskStore::kMostNotes, deadline);
}

void TaskManager::tick() {
  renew_leases();
  do_chores();
}

/// Whoever is silent for the longest time comes first.
void TaskManager::renew_leases() {
  std::vector<std::pair<Clock::TimePoint, std::shared_ptr<LiveTask>>> due;
  for (auto& task : all()) {
    task->stop_if_expired();
    const auto since = task->silent_since();
    if (since && clock_.now() - *since >= LiveTask::kHeartbeat) due.emplace_back(*since, task);
  }
  std::sort(due.begin(), due.end(),
            [](const auto& one, const auto& other) { return one.first < other.first; });
  side_by_side(due.size(), kLeasesAtOnce,
               [&](std::size_t i) { attempt([&] { due[i].second->renew(); }); });
}

/// All that may wait. On a slow store a part of it is left to the next tick.
void TaskManager::do_chores() {
  read_notes();
  reap();
  forget_expired();
}

/// Begins with another task each time.
void TaskManager::read_notes() {
  const auto tasks = all();
  const auto until = clock_.now() + kReadNotesFor;
  std::atomic<std::size_t> done = 0;
  side_by_side(tasks.size(), kNotesAtOnce, [&](std::size_t i) {
    if (clock_.now() >= until || closing()) return;
    ++done;
    attempt([&] { tasks[(notes_read_ + i) % tasks.size()]->keep_up(until); });
  });
  notes_read_ += done;
}

/// Lets go of what is over: the store has it, as far as it was a task.
void TaskManager::reap() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    for (auto one = running_.begin(); one != running_.end();) {
      auto& [id, running] = *one;
      if (!running.over || !running.task->settled()) {
        ++one;
        continue;
      }
      if (running.task->begun()) {
        const auto record = running.task->record();
        kept_[id] = {running.owner, record.expires(), record.result.size(), record.next_note};
      }
      threads.push_back(std::move(running.thread));
      one = running_.erase(one);
    }
  }
  for (auto& thread : threads) thread.join();
}

/// What isn't removed while there is time waits, in bounds: the store forgets it by itself too.
void TaskManager::forget_expired() {
  std::vector<std::pair<std::string, Kept>> expired;
  {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    for (auto one = kept_.begin(); one != kept_.end();) {
      const auto here = one++;
      if (here->second.expires > now) continue;
      auto node = kept_.extract(here);
      if (expired_.size() < limits_.kept) expired_.insert(std::move(node));
    }
    expired.assign(expired_.begin(), expired_.end());
  }
  const auto until = clock_.now() + kForgetFor;
  for (const auto& [id, kept] : expired) {
    if (clock_.now() >= until || closing()) return;
    store_.remove(id, kept.notes, Deadline::after(kStorePatience));
    const std::lock_guard lock(mutex_);
    expired_.erase(id);
  }
}

void TaskManager::stop(Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (const auto& task : all()) {
    if (task->begun()) task->stop(LiveTask::Stop::kShutdown);
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, deadline.remaining(), [this] {
    return std::all_of(running_.begin(), running_.end(), [](const auto& entry) {
      return entry.second.over || !entry.second.task->begun();
    });
  });
}

}  // namespace adomcp::mcp
