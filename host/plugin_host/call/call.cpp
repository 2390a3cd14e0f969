#include "plugin_host/call/call.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "core/cleaning.h"
#include "core/content_check.h"
#include "core/json.h"
#include "core/text.h"
#include "core/trace_mark.h"
#include "plugin_host/call/ado_bridge.h"
#include "plugin_host/call/call_handle.h"
#include "plugin_host/call/call_result.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxArena = std::size_t{32} * 1024 * 1024;
constexpr std::size_t kMaxReply = std::size_t{1024} * 1024;
constexpr std::size_t kMaxNote = 256;
constexpr std::size_t kMaxError = std::size_t{4} * 1024;
constexpr std::uint32_t kMaxRequests = 16;
constexpr std::size_t kMaxBlocks = 100;
constexpr std::chrono::milliseconds kLongestTask = std::chrono::hours(24);

constexpr std::string_view kArenaFull =
    "The answers of this call are too large to keep; ask for less or read them piece by piece.";

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_json_object(std::string_view text) {
  const std::string_view trimmed = trim(text);
  return !trimmed.empty() && trimmed.front() == '{' && is_json(trimmed);
}

}  // namespace

Call::Call(Invocation&& invocation, Means means)
    : catalog_(std::move(invocation.catalog)),
      callee_(&invocation.callee),
      arguments_json_(std::move(invocation.arguments_json)),
      scope_(std::move(invocation.scope)),
      means_(std::move(means)),
      arena_(kMaxArena),
      log_(callee_->plugin->log(), trace_mark(scope_.trace.context.trace_id)),
      dialog_(std::move(invocation.client), log_) {
  scope_.upstream_requests = &upstream_requests_;
}

void Call::run() noexcept {
  thread_ = std::this_thread::get_id();
  adomcp_status status = ADOMCP_INTERNAL;
  bool crashed = false;
  try {
    const LogScope scope(log_);
    const CallHandle handle(shared_from_this());
    status = callee_->entry(callee_->plugin->self(), handle.get(),
                            {arguments_json_.data(), arguments_json_.size()});
  } catch (...) {
    crashed = true;
  }
  task_slot_.reset();  // before the caller knows, who may begin the next one
  const std::lock_guard lock(mutex_);
  status_ = status;
  crashed_ = crashed;
}

void Call::log(std::int32_t level, std::string_view message) {
  log_.write(level, message);
}

adomcp_status Call::interrupted() const {
  if (means_.bounds->deadline().passed()) return ADOMCP_DEADLINE;
  return given_up_ || means_.bounds->cancelled() ? ADOMCP_CANCELLED : ADOMCP_OK;
}

std::int64_t Call::remaining_ms() const {
  return means_.bounds->deadline().remaining().count();
}

bool Call::on_call_thread(const char* function) {
  if (std::this_thread::get_id() == thread_ && !given_up_) return true;
  log(ADOMCP_WARN, std::string(function) + (given_up_ ? "() came after the call was given up"
                                                      : "() came from another thread"));
  return false;
}

void Call::reply(std::string_view text, std::string_view structured_json) {
  if (!on_call_thread("reply")) return;
  accept_reply(text, structured_json);
}

void Call::accept_reply(std::string_view text, std::string_view structured_json) {
  auto wrong = wrong_reply(text, structured_json);
  const std::lock_guard lock(mutex_);
  if (replied_) return log(ADOMCP_WARN, "a second reply() is ignored");
  replied_ = true;
  if (bad_reply_.empty()) bad_reply_ = std::move(wrong);  // a bad content block was first
  if (!bad_reply_.empty()) return;
  result_.text = text;
  result_.structured = structured_json;
}

/// Why this can't be a reply; empty when it can.
std::string Call::wrong_reply(std::string_view text, std::string_view structured_json) const {
  const std::string whose = "The " + std::string(to_string(callee_->kind)) + "'s ";
  if (text.size() > kMaxReply || structured_json.size() > kMaxReply ||
      std::max(text.size(), structured_json.size()) + content_bytes_ > kMaxReply) {
    return whose + "answer is larger than 1 MiB.";
  }
  if (!is_utf8(text) || !is_utf8(structured_json)) return whose + "answer is not valid UTF-8.";
  if (!structured_json.empty() && !is_json_object(structured_json)) {
    return whose + "structured answer is not a JSON object.";
  }
  return "";
}

void Call::content(std::string_view block_json) {
  if (!on_call_thread("content")) return;
  if (callee_->kind != OperationKind::kTool) {
    return log(ADOMCP_WARN, "content() is for tools alone; it is ignored");
  }
  auto wrong = wrong_block(block_json);
  content_bytes_ += std::min(block_json.size(), kMaxReply);
  ++content_blocks_;
  const std::lock_guard lock(mutex_);
  if (replied_) return log(ADOMCP_WARN, "content() after reply() is ignored");
  if (bad_reply_.empty()) bad_reply_ = std::move(wrong);
  if (bad_reply_.empty()) result_.content.emplace_back(block_json);
}

/// Why this can't be the next content block; empty when it can.
std::string Call::wrong_block(std::string_view block_json) const {
  if (content_blocks_ >= kMaxBlocks) return "The tool gave more than 100 content blocks.";
  if (block_json.size() > kMaxReply || content_bytes_ + block_json.size() > kMaxReply) {
    return "The tool's answer is larger than 1 MiB.";
  }
  const auto wrong = wrong_content(block_json);
  if (wrong.empty()) return "";
  return "The tool's content block " + std::to_string(content_blocks_ + 1) + " " + wrong + ".";
}

void Call::note(std::string_view key, std::string_view value) {
  if (!on_call_thread("note")) return;
  const auto integer = to_integer(value);
  const std::lock_guard lock(mutex_);
  if (key == "pipeline_name" && is_utf8(value)) {
    result_.pipeline_name = truncate_utf8(adomcp::clean(value.substr(0, 4 * kMaxNote)), kMaxNote);
  } else if (key == "run_id" && integer) {
    result_.run_id = integer;
  } else if (key == "pipeline_id" && integer) {
    result_.pipeline_id = integer;
  } else if (key == "result_count" && integer) {
    result_.result_count = integer;
  } else {
    log(ADOMCP_WARN, "a note() with an unknown key or a bad value is ignored");
  }
}

adomcp_status Call::ado(const adomcp_ado_request* const* requests,
                        adomcp_ado_response* const* responses, std::uint32_t count) {
  const auto answer_all = [&](adomcp_status status, std::string_view text) {
    return lend_error_to_all(status, text, responses, count);
  };
  if (!on_call_thread("ado")) return answer_all(ADOMCP_CANCELLED, kCallIsOver);
  if (count == 0 || count > kMaxRequests) {
    return answer_all(ADOMCP_INVALID_ARGUMENT, "1 to 16 requests go side by side.");
  }
  // None is left unset, also when the client throws.
  const auto set = answer_all(ADOMCP_INTERNAL, "The host failed to send this request.");
  if (set != ADOMCP_INTERNAL) return set;
  send(requests, responses, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (responses[i]->status != ADOMCP_OK) return responses[i]->status;
  }
  return ADOMCP_OK;
}

void Call::send(const adomcp_ado_request* const* requests, adomcp_ado_response* const* responses,
                std::uint32_t count) {
  std::vector<azure_devops::Request> good;
  std::vector<adomcp_ado_response*> waiting;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (requests[i] == nullptr || !is_whole(*requests[i])) {
      lend_error(ADOMCP_INVALID_ARGUMENT, "The request's struct_size is wrong.", *responses[i]);
      continue;
    }
    auto request = to_request(*requests[i]);
    if (!request) {
      answer(request.error(), *responses[i]);
      continue;
    }
    good.push_back(std::move(request).value());
    waiting.push_back(responses[i]);
  }
  if (good.empty()) return;
  if (good.size() == 1) return answer(means_.client->send(scope_, good.front()), *waiting.front());
  auto answers = means_.client->send_all(scope_, good);
  for (std::size_t i = 0; i < waiting.size(); ++i) answer(std::move(answers.at(i)), *waiting[i]);
}

void Call::answer(Result<azure_devops::Response> from, adomcp_ado_response& to) {
  if (!from) return answer(from.error(), to);
  const auto* kept = arena_.keep(std::move(from).value());
  if (kept == nullptr) return lend_error(ADOMCP_UNAVAILABLE, kArenaFull, to);
  lend(*kept, to);
}

void Call::answer(const Error& error, adomcp_ado_response& to) {
  const std::string text = error.text();
  const auto* kept = arena_.keep(std::string(truncate_utf8(text, kMaxError)));
  lend_error(to_status(error.code), kept == nullptr ? kArenaFull : std::string_view(*kept), to);
}

void Call::progress(double done, double total, std::string_view message) {
  if (!given_up_) dialog_.progress(done, total, message);
}

void Call::log_to_client(std::string_view level, std::string_view logger,
                         std::string_view data_json) {
  if (!given_up_) dialog_.log(level, logger, data_json);
}

/// OK on the call's own thread, as long as the call isn't interrupted.
adomcp_status Call::may_ask(const char* function) {
  if (!on_call_thread(function)) return given_up_ ? ADOMCP_CANCELLED : ADOMCP_INVALID_ARGUMENT;
  return interrupted();
}

adomcp_status Call::ask(const char* function, adomcp_str& lent,
                        const std::function<Dialog::Answer(Dialog::Patience)>& ask) {
  if (const auto may = may_ask(function); may != ADOMCP_OK) return may;
  auto answer = ask({means_.bounds->deadline(), [call = weak_from_this()] {
                       const auto running = call.lock();
                       return running == nullptr || running->interrupted() != ADOMCP_OK;
                     }});
  if (answer.status == ADOMCP_CANCELLED) {
    const auto why = interrupted();
    return why == ADOMCP_OK ? ADOMCP_CANCELLED : why;
  }
  if (answer.status != ADOMCP_OK) return answer.status;
  const auto* const kept = arena_.keep(std::move(answer.json));
  if (kept == nullptr) {
    log(ADOMCP_WARN, kArenaFull);
    return ADOMCP_UNAVAILABLE;
  }
  lent = {kept->data(), kept->size()};
  return ADOMCP_OK;
}

adomcp_status Call::elicit(std::string_view key, std::string_view message,
                           std::string_view requested_schema, adomcp_str& answer_json) {
  return ask("elicit", answer_json, [&](Dialog::Patience patience) {
    return dialog_.elicit(key, message, requested_schema, std::move(patience));
  });
}

adomcp_status Call::sample(std::string_view key, std::string_view params_json,
                           adomcp_str& result_json) {
  return ask("sample", result_json, [&](Dialog::Patience patience) {
    return dialog_.sample(key, params_json, std::move(patience));
  });
}

adomcp_status Call::roots(std::string_view key, adomcp_str& result_json) {
  return ask("roots", result_json,
             [&](Dialog::Patience patience) { return dialog_.roots(key, std::move(patience)); });
}

adomcp_status Call::keep_for_next_round(std::string_view state) {
  if (!on_call_thread("keep")) return given_up_ ? ADOMCP_CANCELLED : ADOMCP_INVALID_ARGUMENT;
  return dialog_.keep(state);
}

adomcp_str Call::kept_before() {
  if (!on_call_thread("kept")) return {};
  if (kept_ == nullptr) kept_ = arena_.keep(dialog_.kept());
  return kept_ == nullptr ? adomcp_str{} : adomcp_str{kept_->data(), kept_->size()};
}

bool Call::may_be_task() const {
  const Tool* const tool = catalog_->find(callee_->name);
  return tool == callee_ && tool->may_be_task;
}

adomcp_status Call::begin_task(std::int64_t ttl_ms, std::int64_t poll_ms) {
  if (const auto may = may_ask("tasks.begin"); may != ADOMCP_OK) return may;
  const auto is_time = [](std::int64_t time) { return time > 0 && time <= kLongestTask.count(); };
  const bool good = may_be_task() && !task_slot_ && is_time(ttl_ms) && is_time(poll_ms);
  if (!good) {
    log(ADOMCP_WARN,
        "tasks.begin() is refused: start() must allow the tool's tasks, a call becomes a task "
        "once, and both times are more than 0 and a day at most");
    return ADOMCP_INVALID_ARGUMENT;
  }
  auto slot = means_.tasks->take();
  if (!slot) {
    log(ADOMCP_WARN, "tasks.begin() is refused: too many tasks are running");
    return ADOMCP_THROTTLED;
  }
  means_.bounds->set_alone(true);  // first: its client may leave as soon as it has the task's id
  auto deadline =
      dialog_.begin_task(std::chrono::milliseconds(ttl_ms), std::chrono::milliseconds(poll_ms));
  if (!deadline) {
    means_.bounds->set_alone(false);
    return ADOMCP_UNSUPPORTED;
  }
  deadline = deadline->earlier(Deadline::after(kLongestTask));
  task_slot_.emplace(std::move(*slot));
  scope_.deadline = *deadline;
  means_.bounds->become_task(*deadline);
  return ADOMCP_OK;
}

CallResult Call::conclude() {
  const std::lock_guard lock(mutex_);
  result_.upstream_requests = upstream_requests_;
  const std::string who = "The " + std::string(to_string(callee_->kind));
  const bool waits = status_ == ADOMCP_INPUT_REQUIRED;
  if (crashed_) {
    conclude_badly(Outcome::kCrashed, "crashed", who + " failed inside its plugin.");
  } else if (!bad_reply_.empty()) {
    conclude_badly(Outcome::kError, "bad_reply", bad_reply_);
  } else if (waits && !dialog_.asked()) {
    conclude_badly(Outcome::kError, "bad_reply", who + " waits for an answer to no question.");
  } else if (waits && replied_) {
    conclude_badly(Outcome::kError, "bad_reply", who + " answered and asked at once.");
  } else {
    plugin_host::conclude(result_, status_, replied_, callee_->kind);
    if (status_ == ADOMCP_UNSUPPORTED) result_.unsupported = dialog_.unsupported();
  }
  clean(result_, callee_->kind);
  catalog_.reset();  // and with it, perhaps, the callee
  return std::move(result_);
}

void Call::conclude_badly(Outcome outcome, const char* error_type, std::string text) {
  result_.outcome = outcome;
  result_.error_type = error_type;
  result_.text = std::move(text);
  result_.structured.clear();
  result_.content.clear();
}

CallResult Call::give_up() {
  given_up_ = true;
  const std::lock_guard lock(mutex_);
  CallResult noted = result_;
  noted.text.clear();
  noted.structured.clear();
  noted.content.clear();
  noted.upstream_requests = upstream_requests_;
  return noted;
}

}  // namespace adomcp::plugin_host
