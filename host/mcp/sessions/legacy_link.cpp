#include "mcp/sessions/legacy_link.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/log_level.h"
#include "mcp/operations/questions.h"
#include "observe/logging.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostKept = 8192;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;

std::string notification(std::string_view method, const std::string& params) {
  return R"({"jsonrpc":"2.0","method":"notifications/)" + std::string(method) + R"(","params":{)" +
         params + "}}";
}

std::string request(std::int64_t id, Input what, const json& params) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" +
         std::string(method_of(what)) + R"(","params":)" + json_text(params) + "}";
}

}  // namespace

void LegacyLink::progress(double done, double total, std::string_view message) {
  if (!parts_.send || parts_.client.progress_token.empty() || !std::isfinite(done)) return;
  const std::lock_guard lock(mutex_);
  if (done_ && done <= *done_) return;
  done_ = done;
  std::string params = R"("progressToken":)" + parts_.client.progress_token + R"(,"progress":)" +
                       json_text(exact_number(done));
  if (std::isfinite(total) && total > 0) params += R"(,"total":)" + json_text(exact_number(total));
  if (!message.empty()) params += R"(,"message":)" + quote(message);
  parts_.send(notification("progress", params));
}

void LegacyLink::log(std::string_view level, std::string_view logger, std::string_view data_json) {
  if (!parts_.send || !parts_.session) return;
  // What counts is what the client wants by now.
  const int wanted = log_level_rank(parts_.session->log_level());
  if (wanted < 0 || log_level_rank(level) < wanted) return;
  const auto data = parse_json(data_json);
  if (!data) return;
  std::string params = R"("level":)" + quote(level);
  if (!logger.empty()) params += R"(,"logger":)" + quote(logger);
  params += R"(,"data":)" + json_text(*data);
  parts_.send(notification("message", params));
}

bool LegacyLink::can_ask(Input what) const {
  if (!parts_.session || !parts_.send) return false;
  if (what == Input::kElicitation && parts_.client.revision == "2025-03-26") return false;
  return can_be_asked(parts_.client.capabilities, what);
}

Asked LegacyLink::ask(const Question& question) {
  if (!can_ask(question.what)) return {Asked::State::kUnsupported};
  auto read = read_question(question);
  if (!read) {
    parts_.log->warn("mcp: a plugin's question {} can't be asked: {}", method_of(question.what),
                     read.error().text());
    return {Asked::State::kInvalid};
  }
  json params = std::move(read).value();
  const json schema = answer_schema(question.what, params);
  // Modes came with 2025-11-25.
  if (parts_.client.revision != kNewestLegacyRevision) params.erase("mode");
  const auto id = parts_.session->answers().open();
  parts_.send(request(id, question.what, params));
  return wait_for(id, question, schema);
}

Asked LegacyLink::wait_for(std::int64_t id, const Question& question, const json& schema) {
  const auto interrupted = [&] {
    return parts_.cancelled.cancelled() || (question.interrupted && question.interrupted());
  };
  const auto response = parts_.session->answers().wait(id, question.until, interrupted);
  if (response) return read(*response, question, schema);
  parts_.send(notification("cancelled", R"("requestId":)" + std::to_string(id) +
                                            R"(,"reason":"nobody waits for it any more")"));
  return {Asked::State::kInterrupted};
}

Asked LegacyLink::read(const json& response, const Question& question, const json& schema) {
  const auto refuse = [&](Asked::State state, const std::string& reason) -> Asked {
    parts_.log->warn("mcp: the client's answer to {} doesn't count: {}", method_of(question.what),
                     reason);
    return {state};
  };
  const auto result = response.find("result");
  if (result == response.end()) {
    const json error = response.value("error", json::object());
    const auto found = error.is_object() ? error.find("code") : error.end();
    const bool has_code = found != error.end() && found->is_number_integer();
    const std::int64_t code = has_code ? found->get<std::int64_t>() : 0;
    const auto state = code == kMethodNotFound  ? Asked::State::kUnsupported
                       : code == kInvalidParams ? Asked::State::kInvalid
                                                : Asked::State::kInterrupted;
    return refuse(state, "it is an error, code " + std::to_string(code));
  }
  const auto accepted = read_answer(question.what, schema, *result);
  if (!accepted) return refuse(Asked::State::kInterrupted, "it does not fit what was asked");
  return {Asked::State::kAnswered, json_text(*accepted)};
}

bool LegacyLink::keep(std::string state) {
  return state.size() <= kMostKept;
}

}  // namespace adomcp::mcp
