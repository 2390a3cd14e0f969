#include "plugin_host/call.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "core/text.h"
#include "plugin_host/ado_bridge.h"
#include "plugin_host/call_handle.h"
#include "plugin_host/call_result.h"
#include "plugin_host/plugin.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxArena = std::size_t{32} * 1024 * 1024;
constexpr std::size_t kMaxReply = std::size_t{1024} * 1024;
constexpr std::size_t kMaxNote = 256;
constexpr std::size_t kMaxError = std::size_t{4} * 1024;
constexpr std::uint32_t kMaxRequests = 16;

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
  return !trimmed.empty() && trimmed.front() == '{' && nlohmann::json::accept(trimmed);
}

/// Why this can't be a reply; empty when it can.
std::string wrong_reply(std::string_view text, std::string_view structured_json) {
  if (text.size() > kMaxReply || structured_json.size() > kMaxReply) {
    return "The tool's answer is larger than 1 MiB.";
  }
  if (!is_utf8(text) || !is_utf8(structured_json)) {
    return "The tool's answer is not valid UTF-8.";
  }
  if (!structured_json.empty() && !is_json_object(structured_json)) {
    return "The tool's structured answer is not a JSON object.";
  }
  return "";
}

}  // namespace

Call::Call(std::shared_ptr<const Catalog> catalog, const Callable& tool, std::string arguments_json,
           azure_devops::CallScope scope, std::shared_ptr<azure_devops::Client> client)
    : catalog_(std::move(catalog)),
      tool_(&tool),
      arguments_json_(std::move(arguments_json)),
      scope_(std::move(scope)),
      client_(std::move(client)),
      arena_(kMaxArena),
      log_(tool.plugin->log()) {
  scope_.upstream_requests = &upstream_requests_;
}

void Call::run() noexcept {
  thread_ = std::this_thread::get_id();
  adomcp_status status = ADOMCP_INTERNAL;
  bool crashed = false;
  try {
    const LogScope scope(log_);
    const CallHandle handle(shared_from_this());
    status = tool_->entry(tool_->plugin->self(), handle.get(),
                          {arguments_json_.data(), arguments_json_.size()});
  } catch (...) {
    crashed = true;
  }
  const std::lock_guard lock(mutex_);
  status_ = status;
  crashed_ = crashed;
}

void Call::log(std::int32_t level, std::string_view message) {
  log_.write(level, message);
}

adomcp_status Call::interrupted() const {
  if (scope_.deadline.passed()) return ADOMCP_DEADLINE;
  return given_up_ || scope_.cancel.cancelled() ? ADOMCP_CANCELLED : ADOMCP_OK;
}

std::int64_t Call::remaining_ms() const {
  return scope_.deadline.remaining().count();
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
  bad_reply_ = std::move(wrong);
  if (!bad_reply_.empty()) return;
  result_.text = text;
  result_.structured = structured_json;
}

void Call::note(std::string_view key, std::string_view value) {
  if (!on_call_thread("note")) return;
  const auto integer = to_integer(value);
  const std::lock_guard lock(mutex_);
  if (key == "pipeline_name" && is_utf8(value)) {
    result_.pipeline_name = truncate_utf8(value, kMaxNote);
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
  if (good.size() == 1) return answer(client_->send(scope_, good.front()), *waiting.front());
  auto answers = client_->send_all(scope_, good);
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

CallResult Call::conclude() {
  const std::lock_guard lock(mutex_);
  catalog_.reset();
  result_.upstream_requests = upstream_requests_;
  if (crashed_ || !bad_reply_.empty()) {
    result_.outcome = crashed_ ? Outcome::kCrashed : Outcome::kError;
    result_.error_type = crashed_ ? "crashed" : "bad_reply";
    result_.text = crashed_ ? "The tool failed inside its plugin." : bad_reply_;
    result_.structured.clear();
  } else {
    plugin_host::conclude(result_, status_, replied_);
  }
  return std::move(result_);
}

CallResult Call::give_up() {
  given_up_ = true;
  const std::lock_guard lock(mutex_);
  CallResult noted = result_;
  noted.text.clear();
  noted.structured.clear();
  noted.upstream_requests = upstream_requests_;
  return noted;
}

}  // namespace adomcp::plugin_host
