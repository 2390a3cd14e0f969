#include "mcp/tasks/task_store.h"
#include "core/json.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

// A task is there until its very end, by the clock of whoever asks.
constexpr std::chrono::minutes kGrace{1};

std::string record_name(const std::string& id) {
  return "tasks/" + id + "/record";
}

std::string note_name(const std::string& id, std::uint32_t number) {
  return "tasks/" + id + "/notes/" + std::to_string(number);
}

}  // namespace

Status TaskStore::save(const TaskRecord& record, Deadline deadline) {
  return store_.write(record_name(record.id), to_text(record), record.expires() + kGrace,
                      {deadline, {}});
}

Result<std::optional<TaskRecord>> TaskStore::load(const std::string& id, Deadline deadline) {
  const auto text = store_.read(record_name(id), {deadline, {}});
  if (!text) return text.error();
  if (!*text) return std::optional<TaskRecord>();
  auto record = read_task(**text);
  if (record && record->id == id) return record;
  return Error{
      ErrorCode::kUnavailable, "The shared store holds a record this version can't read.", {}};
}

/// A number is created once, so that no note replaces another.
Status TaskStore::leave_note(const TaskRecord& record, const json& note, std::uint32_t most,
                             Deadline deadline) {
  const auto text = json_text(note);
  for (auto number = record.next_note; number < most; ++number) {
    const auto left = store_.create(note_name(record.id, number), text, record.expires() + kGrace,
                                    {deadline, {}});
    if (!left) return left.error();
    if (*left) return Done{};
  }
  return Error{ErrorCode::kThrottled, "The task was sent too much.", {}};
}

Result<std::optional<json>> TaskStore::note(const std::string& id, std::uint32_t number,
                                            Deadline deadline) {
  if (number >= kMostNotes) return std::optional<json>();
  const auto text = store_.read(note_name(id, number), {deadline, {}});
  if (!text) return text.error();
  if (!*text) return std::optional<json>();
  return std::optional<json>(json_from(**text));
}

void TaskStore::remove(const std::string& id, std::uint32_t notes, Deadline deadline) {
  for (std::uint32_t number = 0; number < notes; ++number) {
    if (!store_.remove(note_name(id, number), {deadline, {}})) return;
  }
  static_cast<void>(store_.remove(record_name(id), {deadline, {}}));
}

}  // namespace adomcp::mcp
