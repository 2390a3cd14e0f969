#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/deadline.h"
#include "core/result.h"
#include "mcp/tasks/task_record.h"
#include "state/store.h"

namespace adomcp::mcp {

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
