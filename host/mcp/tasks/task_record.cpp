#include "mcp/tasks/task_record.h"

#include <array>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "core/time_text.h"

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

namespace {

using nlohmann::json;

constexpr std::array kStatuses = {TaskStatus::kWorking, TaskStatus::kInputRequired,
                                  TaskStatus::kCompleted, TaskStatus::kFailed,
                                  TaskStatus::kCancelled};
constexpr int kForm = 1;

std::int64_t millis(Clock::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::int64_t number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool flag_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

Clock::TimePoint time_at(const json& object, const char* key) {
  return Clock::TimePoint(std::chrono::milliseconds(number_at(object, key)));
}

std::optional<TaskStatus> status_of(std::string_view text) {
  for (const auto status : kStatuses) {
    if (to_string(status) == text) return status;
  }
  return std::nullopt;
}

}  // namespace

bool takes_tasks(const json& capabilities) {
  const json* const extensions = member(capabilities, "extensions");
  const json* const tasks = extensions == nullptr ? nullptr : member(*extensions, kTasksExtension);
  return tasks != nullptr && tasks->is_object();
}

std::string_view to_string(TaskStatus status) {
  switch (status) {
    case TaskStatus::kWorking:
      return "working";
    case TaskStatus::kInputRequired:
      return "input_required";
    case TaskStatus::kCompleted:
      return "completed";
    case TaskStatus::kFailed:
      return "failed";
    case TaskStatus::kCancelled:
      return "cancelled";
  }
  return "failed";
}

void TaskRecord::fail(int code, std::string text) {
  status = TaskStatus::kFailed;
  requests = json::object();
  result.clear();
  message = excerpt(text, 256);
  error = {{"code", code}, {"message", std::move(text)}};
}

/// The result stays the text that it is, on a line of its own.
std::string to_text(const TaskRecord& record) {
  const json head = {{"form", kForm},
                     {"id", record.id},
                     {"object_id", record.owner.object_id},
                     {"tenant_id", record.owner.tenant_id},
                     {"tool", record.operation.name},
                     {"plugin", record.operation.plugin},
                     {"read_only", record.operation.read_only},
                     {"status", to_string(record.status)},
                     {"message", record.message},
                     {"created", millis(record.created)},
                     {"updated", millis(record.updated)},
                     {"heartbeat", millis(record.heartbeat)},
                     {"ttl", record.ttl.count()},
                     {"poll", record.poll.count()},
                     {"requests", record.requests},
                     {"error", record.error},
                     {"next_note", record.next_note},
                     {"cancelling", record.cancelling}};
  return json_text(head) + "\n" + record.result;
}

std::optional<TaskRecord> read_task(const std::string& text) {
  const auto end = text.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto head = json_from(std::string_view(text).substr(0, end));
  if (!head.is_object() || number_at(head, "form") != kForm) return std::nullopt;
  const auto status = status_of(text_at(head, "status"));
  if (!status) return std::nullopt;
  TaskRecord record;
  record.id = text_at(head, "id");
  record.owner = {text_at(head, "object_id"), text_at(head, "tenant_id")};
  record.operation = {OperationKind::kTool, text_at(head, "tool"), text_at(head, "plugin"),
                      flag_at(head, "read_only")};
  record.status = *status;
  record.message = text_at(head, "message");
  record.created = time_at(head, "created");
  record.updated = time_at(head, "updated");
  record.heartbeat = time_at(head, "heartbeat");
  record.ttl = std::chrono::milliseconds(number_at(head, "ttl"));
  record.poll = std::chrono::milliseconds(number_at(head, "poll"));
  if (head["requests"].is_object()) record.requests = std::move(head["requests"]);
  record.error = std::move(head["error"]);
  record.next_note = static_cast<std::uint32_t>(number_at(head, "next_note"));
  record.cancelling = flag_at(head, "cancelling");
  record.result = text.substr(end + 1);
  return record;
}

std::string task_members(const TaskRecord& record) {
  std::string out = R"("taskId":)" + quote(record.id) + R"(,"status":")" +
                    std::string(to_string(record.status)) + "\"";
  if (!record.message.empty()) out += R"(,"statusMessage":)" + quote(record.message);
  out += R"(,"createdAt":")" + rfc3339(record.created) + R"(","lastUpdatedAt":")" +
         rfc3339(record.updated) + R"(","ttlMs":)" + std::to_string(record.ttl.count()) +
         R"(,"pollIntervalMs":)" + std::to_string(record.poll.count());
  return out;
}

std::string detailed_members(const TaskRecord& record) {
  std::string out = task_members(record);
  if (record.status == TaskStatus::kInputRequired) {
    out += R"(,"inputRequests":)" + json_text(record.requests);
  }
  if (record.status == TaskStatus::kCompleted) out += R"(,"result":)" + record.result;
  if (record.status == TaskStatus::kFailed) out += R"(,"error":)" + json_text(record.error);
  return out;
}

}  // namespace adomcp::mcp
