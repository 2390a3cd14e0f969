#include "plugin_host/call/dialog.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/cleaning.h"
#include "core/form_schema.h"
#include "core/json.h"
#include "core/log_level.h"
#include "core/text.h"

namespace adomcp::plugin_host {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxMessage = std::size_t{4} * 1024;
constexpr std::size_t kMaxKept = std::size_t{8} * 1024;
constexpr std::size_t kMaxProgressMessage = 1024;
constexpr std::size_t kMaxLogger = 256;
constexpr std::size_t kMaxLogData = std::size_t{64} * 1024;
constexpr const char* kTasks = "io.modelcontextprotocol/tasks";

adomcp_status to_status(Asked::State state) {
  switch (state) {
    case Asked::State::kAnswered:
      return ADOMCP_OK;
    case Asked::State::kLater:
      return ADOMCP_INPUT_REQUIRED;
    case Asked::State::kUnsupported:
      return ADOMCP_UNSUPPORTED;
    case Asked::State::kInterrupted:
      return ADOMCP_CANCELLED;
    case Asked::State::kInvalid:
      return ADOMCP_INVALID_ARGUMENT;
  }
  return ADOMCP_INTERNAL;
}

}  // namespace

Dialog::Answer Dialog::elicit(std::string_view key, std::string_view message,
                              std::string_view requested_schema, Patience patience) {
  if (!is_good_key(key)) return {ADOMCP_INVALID_ARGUMENT};
  if (message.empty() || message.size() > kMaxMessage || !is_utf8(message)) {
    return {refuse("the message of an elicit() is not 1 byte to 4 KiB of UTF-8")};
  }
  if (const auto wrong = wrong_form(requested_schema); !wrong.empty()) {
    return {refuse("the requested_schema of an elicit() can't be asked by: " + wrong)};
  }
  // What a plugin asks may repeat what strangers wrote, and a person or a model reads it.
  const auto schema = clean_json(requested_schema);
  if (!schema) return {refuse("the requested_schema of an elicit() is nested too deeply")};
  std::string params =
      R"({"message":)" + json_text(Json(clean(message))) + R"(,"requestedSchema":)";
  params.append(*schema).append("}");
  return ask(Input::kElicitation, key, std::move(params), std::move(patience));
}

Dialog::Answer Dialog::sample(std::string_view key, std::string_view params_json,
                              Patience patience) {
  if (!is_good_key(key)) return {ADOMCP_INVALID_ARGUMENT};
  const bool fits = params_json.size() <= kQuestionLimits.bytes && is_utf8(params_json);
  if (!fits || !json_from(params_json).is_object()) {
    return {refuse("the params_json of a sample() is not a JSON object of at most 32 KiB")};
  }
  auto cleaned = clean_json(params_json, Members::kButBase64);
  if (!cleaned) return {refuse("the params_json of a sample() is nested too deeply")};
  return ask(Input::kSampling, key, std::move(*cleaned), std::move(patience));
}

Dialog::Answer Dialog::roots(std::string_view key, Patience patience) {
  if (!is_good_key(key)) return {ADOMCP_INVALID_ARGUMENT};
  return ask(Input::kRoots, key, "{}", std::move(patience));
}

bool Dialog::is_good_key(std::string_view key) {
  if (!is_question_key(key)) {
    refuse("the key of a question is not 1 to 64 of a-z, 0-9 and '_'");
  } else if (keys_.count(key) > 0) {
    refuse("the key '" + std::string(key) + "' is asked by twice in one call");
  } else if (keys_.size() >= kMostQuestionsOfCall) {
    refuse("a call may ask at most 64 questions");
  } else {
    return true;
  }
  return false;
}

adomcp_status Dialog::refuse(const std::string& why) {
  log_.write(ADOMCP_WARN, why);
  return ADOMCP_INVALID_ARGUMENT;
}

Dialog::Answer Dialog::ask(Input what, std::string_view key, std::string params_json,
                           Patience patience) {
  if (!parse_json(params_json, kQuestionLimits)) {
    return {
        refuse("a question is larger than 32 KiB, nested too deeply or of more than 2000 values")};
  }
  keys_.emplace(key);
  Asked asked;
  if (link_ != nullptr) {
    asked = link_->ask({what, std::string(key), std::move(params_json), patience.until,
                        std::move(patience.interrupted)});
  }
  if (asked.state == Asked::State::kUnsupported) missed_.insert(what);
  if (asked.state == Asked::State::kLater) asked_ = true;
  if (asked.state == Asked::State::kInvalid) refuse("the client can't be asked this");
  return {to_status(asked.state), std::move(asked.json)};
}

std::string Dialog::unsupported() const {
  if (missed_.empty() && !misses_tasks_) return "";
  Json required = Json::object();
  for (const Input what : missed_) required[capability_of(what)] = Json::object();
  if (misses_tasks_) required["extensions"][kTasks] = Json::object();
  return json_text(required);
}

adomcp_status Dialog::keep(std::string_view state) {
  if (state.size() > kMaxKept || !is_utf8(state)) {
    return refuse("what a call would keep is not at most 8 KiB of UTF-8");
  }
  if (link_ == nullptr) return ADOMCP_UNSUPPORTED;
  return link_->keep(std::string(state)) ? ADOMCP_OK
                                         : refuse("what a call would keep is too large");
}

std::string Dialog::kept() const {
  return link_ == nullptr ? "" : link_->kept();
}

std::optional<Deadline> Dialog::begin_task(std::chrono::milliseconds ttl,
                                           std::chrono::milliseconds poll) {
  auto deadline = link_ == nullptr ? std::nullopt : link_->begin_task(ttl, poll);
  if (!deadline) {
    misses_tasks_ = true;
    return deadline;
  }
  keys_.clear();
  asked_ = false;
  return deadline;
}

void Dialog::progress(double done, double total, std::string_view message) {
  if (!std::isfinite(done) || !std::isfinite(total) || done < 0 || total < 0 || !is_utf8(message)) {
    return log_.write(ADOMCP_WARN, "a progress() without good numbers or in no UTF-8 is ignored");
  }
  if (link_ == nullptr) return;
  const std::string cleaned = clean(truncate_utf8(message, 4 * kMaxProgressMessage));
  link_->progress(done, total, truncate_utf8(cleaned, kMaxProgressMessage));
}

void Dialog::log(std::string_view level, std::string_view logger, std::string_view data_json) {
  const bool good = log_level_rank(level) >= 0 && logger.size() <= kMaxLogger && is_utf8(logger) &&
                    data_json.size() <= kMaxLogData && is_utf8(data_json) && is_json(data_json);
  if (!good) {
    return log_.write(
        ADOMCP_WARN,
        "a log line for clients is ignored: its level is none of syslog's, its logger "
        "too long, or its data no JSON of at most 64 KiB");
  }
  if (link_ == nullptr) return;
  if (const auto cleaned = clean_json(data_json)) link_->log(level, clean(logger), *cleaned);
}

}  // namespace adomcp::plugin_host
