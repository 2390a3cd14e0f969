#include "mcp/tasks/live_task.h"

#include <algorithm>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "mcp/tasks/task_link.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kStorePatience{5000};
constexpr std::chrono::milliseconds kLook{50};
constexpr std::size_t kMaxMessage = 512;
constexpr std::size_t kMaxResult = std::size_t{3} << 20;
constexpr int kNotesAtOnce = 16;
constexpr JsonLimits kResultLimits{kMaxResult, 80, 400000};
constexpr int kInternalError = -32603;
constexpr int kMissingCapability = -32021;

Deadline soon() {
  return Deadline::after(kStorePatience);
}

Reply internal(std::string message) {
  return {{}, RpcError{200, kInternalError, std::move(message), nullptr}};
}

/// What a tool's result says to people, as far as it is text.
std::string text_of(const json& result) {
  const auto content = result.find("content");
  if (content == result.end() || !content->is_array() || content->empty()) return {};
  return text_at(content->front(), "text");
}

}  // namespace

LiveTask::LiveTask(const TaskOwner& owner, const Operation& operation, Client client,
                   std::function<bool()> client_gone, TaskStore& store, const Clock& clock)
    : id_(random_id()),
      client_(std::move(client)),
      store_(store),
      clock_(clock),
      client_gone_(std::move(client_gone)) {
  record_.id = id_;
  record_.owner = owner;
  record_.operation = operation;
}

LiveTask::First LiveTask::first_answer() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return at_begin_.has_value() || ended_; });
  client_gone_ = nullptr;
  if (at_begin_) return {{}, at_begin_};
  return {std::move(reply_), std::nullopt};
}

bool LiveTask::gone() const {
  const std::lock_guard lock(mutex_);
  if (stop_ != Stop::kNone) return true;
  return !at_begin_ && client_gone_ && client_gone_();
}

bool LiveTask::begun() const {
  const std::lock_guard lock(mutex_);
  return at_begin_.has_value();
}

bool LiveTask::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

bool LiveTask::settled() const {
  const std::lock_guard lock(mutex_);
  if (!ended_) return false;
  return !at_begin_ || version_ == saved_version_ || record_.expires() <= clock_.now();
}

TaskRecord LiveTask::record() const {
  const std::lock_guard lock(mutex_);
  return record_;
}

std::optional<Deadline> LiveTask::begin(std::chrono::milliseconds ttl,
                                        std::chrono::milliseconds poll, json requests) {
  {
    const std::lock_guard lock(mutex_);
    if (at_begin_) return deadline_;
    if (ended_ || stop_ != Stop::kNone) return std::nullopt;
    record_.created = clock_.now();
    record_.ttl = ttl;
    record_.poll = poll;
    record_.requests = std::move(requests);
    deadline_ = Deadline::after(ttl);
    set_status();
  }
  // The client may come back for it as soon as it has the answer, and to any replica.
  auto saved = save();
  const std::lock_guard lock(mutex_);
  if (!saved) {
    not_begun_ = saved.error();
    return std::nullopt;
  }
  at_begin_ = record_;
  changed_.notify_all();
  return deadline_;
}

void LiveTask::tell(std::string_view message) {
  auto text = excerpt(message, kMaxMessage);
  const std::lock_guard lock(mutex_);
  if (ended_ || text.empty() || text == record_.message) return;
  record_.message = std::move(text);
  touch();
}

/// mutex_ is held.
void LiveTask::touch() {
  record_.updated = clock_.now();
  ++version_;
}

/// mutex_ is held.
void LiveTask::set_status() {
  record_.status = record_.requests.empty() ? TaskStatus::kWorking : TaskStatus::kInputRequired;
  touch();
}

Status LiveTask::save() {
  const std::lock_guard saving(saving_);
  TaskRecord copy;
  std::uint64_t version = 0;
  {
    const std::lock_guard lock(mutex_);
    record_.heartbeat = clock_.now();
    copy = record_;
    version = version_;
  }
  auto saved = store_.save(copy, soon());
  const std::lock_guard lock(mutex_);
  if (!saved) return saved;
  saved_at_ = copy.heartbeat;
  saved_version_ = version;
  return saved;
}

Asked LiveTask::ask(const ClientLink::Question& question, const json& request) {
  {
    const std::lock_guard lock(mutex_);
    if (auto answered = answer_to(question.key, request)) return *answered;
    if (ended_ || stop_ != Stop::kNone) return {Asked::State::kInterrupted};
    const auto open = record_.requests.find(question.key);
    if (open == record_.requests.end()) {
      if (record_.requests.size() >= kMostQuestions) return {Asked::State::kInvalid};
      record_.requests[question.key] = request;
      set_status();
    } else if (*open != request) {
      return {Asked::State::kInvalid};
    }
  }
  static_cast<void>(save());  // repeated from keep_up() when it fails
  while (true) {
    if (auto seen = look_for(question.key, request)) return *seen;
    const bool unwanted = question.interrupted && question.interrupted();
    if (!unwanted && !question.until.passed()) continue;
    forget(question.key);
    return {Asked::State::kInterrupted};
  }
}

/// mutex_ is held. One key stands for one question.
std::optional<Asked> LiveTask::answer_to(const std::string& key, const json& request) const {
  const auto found = answers_.find(key);
  if (found == answers_.end()) return std::nullopt;
  if (found->second.request != request) return Asked{Asked::State::kInvalid};
  return Asked{Asked::State::kAnswered, found->second.answer};
}

/// Waits a little.
std::optional<Asked> LiveTask::look_for(const std::string& key, const json& request) {
  std::unique_lock lock(mutex_);
  const auto done = [&] { return stop_ != Stop::kNone || ended_ || answers_.contains(key); };
  if (!changed_.wait_for(lock, kLook, done)) return std::nullopt;
  if (auto answered = answer_to(key, request)) return answered;
  return Asked{Asked::State::kInterrupted};
}

void LiveTask::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (ended_ || record_.requests.erase(key) == 0) return;
  set_status();
}

Result<std::map<std::string, std::string>> answers_to(const TaskRecord& record,
                                                      const json& answers) {
  std::map<std::string, std::string> out;
  for (const auto& [key, request] : record.requests.items()) {
    const auto given = answers.find(key);
    if (given == answers.end()) continue;
    auto answer = check_answer(request, *given);
    if (!answer) {
      return Error{ErrorCode::kInvalid, "The answer to " + key + ": " + answer.error().text(), {}};
    }
    out.emplace(key, std::move(answer).value());
  }
  return out;
}

Status LiveTask::take_answers(const json& answers) {
  {
    const std::lock_guard lock(mutex_);
    auto good = answers_to(record_, answers);
    if (!good) return good.error();
    if (ended_ || good->empty()) return Done{};
    for (auto& [key, answer] : *good) {
      answers_.emplace(key, Answered{std::move(record_.requests[key]), std::move(answer)});
      record_.requests.erase(key);
    }
    set_status();
  }
  changed_.notify_all();
  static_cast<void>(save());  // repeated from keep_up() when it fails
  return Done{};
}

void LiveTask::stop(Stop why) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || stop_ != Stop::kNone) return;
    stop_ = why;
    record_.cancelling = why == Stop::kClient;
    if (at_begin_) touch();
  }
  cancel_.cancel();
  changed_.notify_all();
}

void LiveTask::stop_if_expired() {
  bool expired = false;
  {
    const std::lock_guard lock(mutex_);
    expired = at_begin_ && clock_.now() >= record_.expires();
  }
  if (expired) stop(Stop::kExpired);
}

std::optional<Clock::TimePoint> LiveTask::silent_since() const {
  const std::lock_guard lock(mutex_);
  if (!at_begin_ || ended_ || !store_.shared()) return std::nullopt;
  return saved_at_;
}

void LiveTask::renew() {
  const auto since = silent_since();
  if (!since) return;
  if (clock_.now() - *since >= kGiveUp) stop(Stop::kLost);
  static_cast<void>(save());  // the next one tries again when it fails
}

void LiveTask::keep_up(Clock::TimePoint until) {
  if (!begun()) return;
  if (store_.shared() && !ended()) read_notes(until);
  if (unsaved()) static_cast<void>(save());
}

bool LiveTask::unsaved() const {
  const std::lock_guard lock(mutex_);
  return version_ != saved_version_;
}

void LiveTask::read_notes(Clock::TimePoint until) {
  const std::lock_guard reading(reading_notes_);
  for (int i = 0; i < kNotesAtOnce && (i == 0 || clock_.now() < until); ++i) {
    const auto number = record().next_note;
    const auto note = store_.note(id_, number, soon());
    if (!note || !*note) return;
    {
      const std::lock_guard lock(mutex_);
      record_.next_note = number + 1;
      ++version_;
    }
    const auto& said = **note;
    if (!said.is_object()) continue;
    if (said.contains("cancel")) stop(Stop::kClient);
    const auto answers = said.find("answers");
    // What doesn't fit by now was asked no more when it came.
    if (answers != said.end()) static_cast<void>(take_answers(*answers));
  }
}

void LiveTask::finish(Reply reply) {
  bool task = false;
  {
    const std::lock_guard lock(mutex_);
    task = at_begin_.has_value();
    if (task) {
      conclude(std::move(reply));
    } else if (not_begun_ && reply.error && reply.error->code == kMissingCapability) {
      // Its client takes tasks; it was us who could not keep one.
      reply_ = internal("The task could not be kept. " + not_begun_->text());
    } else {
      reply_ = std::move(reply);
    }
    ended_ = true;
  }
  changed_.notify_all();
  if (task) static_cast<void>(save());  // repeated from keep_up() when it fails
}

/// mutex_ is held.
void LiveTask::conclude(Reply reply) {
  record_.requests = json::object();
  touch();
  const bool silent = store_.shared() && clock_.now() - saved_at_ >= kGiveUp;
  if (stop_ == Stop::kLost || silent) {
    return record_.fail(kInternalError,
                        "The state store could not be reached for too long, so the task was given "
                        "up. What it did until then is not known.");
  }
  if (!reply.error) return conclude_result(std::move(reply.result));
  if (stop_ == Stop::kClient) {
    record_.status = TaskStatus::kCancelled;
    record_.message = excerpt(reply.error->message, kMaxMessage);
    return;
  }
  record_.fail(reply.error->code, std::move(reply.error->message));
  if (!reply.error->data.is_null()) record_.error["data"] = std::move(reply.error->data);
}

/// mutex_ is held. What succeeded in spite of being cancelled has succeeded.
void LiveTask::conclude_result(std::string result) {
  const auto parsed = parse_json(result, kResultLimits);
  if (!parsed) {
    return record_.fail(kInternalError, "The result can't be kept. " + parsed.error().text());
  }
  if (text_at(*parsed, "resultType") == "input_required") {
    return record_.fail(kInternalError,
                        "The tool wants another round of its call, which a task doesn't have.");
  }
  const auto error = parsed->find("isError");
  const bool failed = error != parsed->end() && *error == true;
  if (failed && stop_ == Stop::kClient) {
    record_.status = TaskStatus::kCancelled;
    record_.message = excerpt(text_of(*parsed), kMaxMessage);
    return;
  }
  if (failed && stop_ == Stop::kShutdown) {
    return record_.fail(kInternalError, "The server stopped before the task was done. " +
                                            excerpt(text_of(*parsed), kMaxMessage));
  }
  record_.status = TaskStatus::kCompleted;
  record_.result = std::move(result);
}

}  // namespace adomcp::mcp
