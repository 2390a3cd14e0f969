#include "mcp/tasks/task_link.h"

#include <algorithm>
#include <utility>

#include "core/json.h"
#include "mcp/operations/questions.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostAnswerBytes = std::size_t{256} << 10;

Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message), {}};
}

Input asked_by(const json& request) {
  const auto method = text_at(request, "method");
  for (const auto what : {Input::kSampling, Input::kRoots}) {
    if (method == method_of(what)) return what;
  }
  return Input::kElicitation;
}

}  // namespace

Result<json> request_of(const ClientLink::Question& question) {
  auto params = read_question(question);
  if (!params) return params.error();
  return json{{"method", method_of(question.what)}, {"params", std::move(params).value()}};
}

Result<std::string> check_answer(const json& request, const json& answer) {
  const auto what = asked_by(request);
  const auto read = read_answer(what, answer_schema(what, request.at("params")), answer);
  if (!read) return invalid("it does not fit what was asked for");
  auto text = json_text(*read);
  if (text.size() > kMostAnswerBytes) {
    return invalid("an answer must not be larger than 256 KiB");
  }
  return text;
}

TaskLink::TaskLink(std::shared_ptr<LiveTask> task, std::shared_ptr<ClientLink> request)
    : task_(std::move(task)),
      request_(std::move(request)),
      kept_(request_ ? request_->kept() : std::string()) {}

void TaskLink::progress(double done, double total, std::string_view message) {
  if (task_->begun()) return task_->tell(message);
  if (request_) request_->progress(done, total, message);
}

/// The extension has no log lines of tasks.
void TaskLink::log(std::string_view level, std::string_view logger, std::string_view data_json) {
  if (request_ && !task_->begun()) request_->log(level, logger, data_json);
}

bool TaskLink::keep(std::string state) {
  return request_ && !task_->begun() && request_->keep(std::move(state));
}

Asked TaskLink::ask(const Question& question) {
  if (!task_->begun()) return ask_before(question);
  {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(question.key);
    if (found != answers_.end()) return {Asked::State::kAnswered, found->second};
  }
  if (!can_be_asked(task_->client().capabilities, question.what))
    return {Asked::State::kUnsupported};
  const auto request = request_of(question);
  if (!request) return {Asked::State::kInvalid};
  return task_->ask(question, *request);
}

Asked TaskLink::ask_before(const Question& question) {
  if (!request_) return {Asked::State::kUnsupported};
  auto asked = request_->ask(question);
  const std::lock_guard lock(mutex_);
  if (asked.state == Asked::State::kAnswered) answers_[question.key] = asked.json;
  if (asked.state == Asked::State::kLater) {
    if (auto request = request_of(question)) open_[question.key] = std::move(*request);
  }
  return asked;
}

std::optional<Deadline> TaskLink::begin_task(std::chrono::milliseconds ttl,
                                             std::chrono::milliseconds poll) {
  nlohmann::json open;
  {
    const std::lock_guard lock(mutex_);
    open = open_;
  }
  return task_->begin(std::clamp(ttl, kMinTtl, kMaxTtl), std::clamp(poll, kMinPoll, kMaxPoll),
                      std::move(open));
}

}  // namespace adomcp::mcp
