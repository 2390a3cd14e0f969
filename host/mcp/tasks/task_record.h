#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "core/deadline.h"
#include "core/operation.h"
#include "core/principal.h"
#include "core/result.h"
#include "state/store.h"

namespace adomcp::mcp {

/// MCP's extension of calls that go on after their answer.
inline constexpr char kTasksExtension[] = "io.modelcontextprotocol/tasks";

/// Whether a client with these ClientCapabilities takes a task for an answer.
bool takes_tasks(const nlohmann::json& capabilities);

/// Whose task it is. Without authentication everybody is the same nobody.
struct TaskOwner {
  std::string object_id;
  std::string tenant_id;
  bool operator==(const TaskOwner&) const = default;
};

inline TaskOwner owner_of(const Principal& principal) {
  return {principal.object_id, principal.tenant_id};
}

enum class TaskStatus { kWorking, kInputRequired, kCompleted, kFailed, kCancelled };

std::string_view to_string(TaskStatus status);

/// All that is kept of one task. Only the replica that runs it writes it.
struct TaskRecord {
  std::string id;  ///< 32 hex digits
  TaskOwner owner;
  Operation operation;  ///< the tool that was called
  TaskStatus status = TaskStatus::kWorking;
  std::string message;
  Clock::TimePoint created;
  Clock::TimePoint updated;
  Clock::TimePoint heartbeat;  ///< when the replica that runs it last said so
  std::chrono::milliseconds ttl{0};
  std::chrono::milliseconds poll{0};
  nlohmann::json requests = nlohmann::json::object();  ///< what is asked and unanswered, by key
  std::string result;                                  ///< JSON text, when completed
  nlohmann::json error;                                ///< when failed
  std::uint32_t next_note = 0;  ///< of what other replicas left, the first one not read
  bool cancelling = false;      ///< its client wants no more of it

  bool ended() const {
    return status != TaskStatus::kWorking && status != TaskStatus::kInputRequired;
  }
  Clock::TimePoint expires() const { return created + ttl; }

  /// Its client is told a JSON-RPC error.
  void fail(int code, std::string text);
};

/// For the store, and back; nullopt for what is none.
std::string to_text(const TaskRecord& record);
std::optional<TaskRecord> read_task(const std::string& text);

/// The inside of MCP's Task object, and of its DetailedTask.
std::string task_members(const TaskRecord& record);
std::string detailed_members(const TaskRecord& record);

/// Where tasks are kept, and where replicas leave notes for the one that runs a task: answers to
/// what it asks, or that it be cancelled. Thread-safe.
class TaskStore {
 public:
  static constexpr std::uint32_t kMostNotes = 256;    ///< of one task
  static constexpr std::uint32_t kMostAnswers = 224;  ///< so that it can be cancelled after them

  /// It must outlive this.
  explicit TaskStore(state::Store& store) : store_(store) {}

  bool shared() const { return store_.shared(); }

  Status save(const TaskRecord& record, Deadline deadline);
  Result<std::optional<TaskRecord>> load(const std::string& id, Deadline deadline);

  /// kThrottled: there are `most` already.
  Status leave_note(const TaskRecord& record, const nlohmann::json& note, std::uint32_t most,
                    Deadline deadline);
  /// nullopt: not there yet.
  Result<std::optional<nlohmann::json>> note(const std::string& id, std::uint32_t number,
                                             Deadline deadline);

  /// The record and the notes before `notes`. What can't be removed now expires.
  void remove(const std::string& id, std::uint32_t notes, Deadline deadline);

 private:
  state::Store& store_;
};

}  // namespace adomcp::mcp
