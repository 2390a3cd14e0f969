#include "mcp/operations/round_trip.h"

#include <cmath>
#include <utility>

#include "core/json.h"
#include "core/log_level.h"
#include "core/text.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostKeptBytes = std::size_t{8} << 10;
constexpr std::size_t kMostMessageBytes = 1024;
constexpr unsigned kMostNotifications = 2000;
constexpr JsonLimits kLogLimits{std::size_t{64} << 10, 16, 5000};

RpcError invalid(const std::string& message) {
  return {200, -32602, "Invalid params: " + message, nullptr};
}

}  // namespace

std::variant<RoundInput, RpcError> RoundInput::read(const Request& request) {
  RoundInput input;
  if (!request.params.is_object()) return input;
  const auto responses = request.params.find("inputResponses");
  if (responses != request.params.end()) {
    if (!responses->is_object()) return invalid("inputResponses must be an object");
    input.responses = *responses;
  }
  const auto state = request.params.find("requestState");
  if (state == request.params.end()) return input;
  if (!state->is_string()) return invalid("requestState must be the text that was given out");
  input.state = state->get<std::string>();
  return input;
}

RoundTrip::Opened RoundTrip::open(RequestSeal* seal, Client client, const RoundInput& input,
                                  RequestBinding binding, Stream stream, Deadline deadline) {
  std::shared_ptr<RoundTrip> round(
      new RoundTrip(seal, std::move(client), std::move(binding), std::move(stream)));
  if (!input.state) return round;
  const auto refuse = [](const std::string& why) {
    return invalid("requestState is refused. " + why + " Send the request again without it.");
  };
  if (seal == nullptr) return refuse("Nothing was given out here.");
  const auto text = seal->open(*input.state, round->binding_, deadline);
  if (!text && text.error().code == ErrorCode::kInvalid) return refuse(text.error().message);
  if (!text) {
    return RpcError{200, -32603, "requestState can't be checked now. " + text.error().text(),
                    nullptr};
  }
  auto before = RequestState::from_text(*text);
  if (!before) return refuse("It is from another release.");
  const std::lock_guard lock(round->mutex_);
  round->before_ = std::move(*before);
  round->take_answers(input.responses);
  return round;
}

/// Only what was asked is looked at. What doesn't fit is no answer, and will be asked again.
void RoundTrip::take_answers(const json& responses) {
  answers_ = before_.answers;
  if (!responses.is_object()) return;
  for (const auto& [key, asked] : before_.asked) {
    const auto found = responses.find(key);
    if (found == responses.end()) continue;
    auto answer = read_answer(asked.what, asked.schema, *found);
    if (answer) answers_[key] = {asked, std::move(*answer)};
  }
}

void RoundTrip::volunteer(const RoundInput& input) {
  if (input.state) return;
  const std::lock_guard lock(mutex_);
  volunteered_ = input.responses;
}

/// With the lock held. The answer to a question put for the first time, where one came unasked.
void RoundTrip::take_volunteered(const std::string& key, const RequestState::Asked& asked) {
  if (!volunteered_.is_object() || answers_.contains(key)) return;
  const auto found = volunteered_.find(key);
  if (found == volunteered_.end()) return;
  if (auto answer = read_answer(asked.what, asked.schema, *found)) {
    answers_[key] = {asked, std::move(*answer)};
  }
}

void RoundTrip::progress(double done, double total, std::string_view message) {
  if (client_.progress_token.empty() || !std::isfinite(done)) return;
  const std::lock_guard lock(mutex_);
  if (done_ && done <= *done_) return;
  done_ = done;
  json params = {{"progressToken", json_from(client_.progress_token)},
                 {"progress", exact_number(done)}};
  if (std::isfinite(total) && total > 0) params["total"] = exact_number(total);
  if (!message.empty()) params["message"] = excerpt(message, kMostMessageBytes);
  notify("notifications/progress", params);
}

void RoundTrip::log(std::string_view level, std::string_view logger, std::string_view data_json) {
  const int rank = log_level_rank(level);
  if (client_.log_level.empty() || rank < log_level_rank(client_.log_level)) return;
  auto data = parse_json(data_json, kLogLimits);
  if (!data) return;
  json params = {{"level", level}, {"data", std::move(*data)}};
  if (!logger.empty()) params["logger"] = excerpt(logger);
  const std::lock_guard lock(mutex_);
  notify("notifications/message", params);
}

/// With the lock held.
void RoundTrip::notify(const char* method, const json& params) {
  if (ended_ || notifications_ >= kMostNotifications) return;
  if (!stream_ && stream_source_) stream_ = stream_source_();
  stream_source_ = nullptr;
  if (!stream_) return;
  ++notifications_;
  const json message = {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
  stream_->send(json_text(message));
}

void RoundTrip::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  stream_source_ = nullptr;
  stream_.reset();
}

Asked RoundTrip::ask(const Question& question) {
  using enum Asked::State;
  auto params = read_question(question);
  if (!params) return {kInvalid};
  if (seal_ == nullptr || !can_be_asked(client_.capabilities, question.what)) return {kUnsupported};
  RequestState::Asked asked{question.what, answer_schema(question.what, *params)};
  const std::lock_guard lock(mutex_);
  if (ended_) return {kInterrupted};
  take_volunteered(question.key, asked);
  const auto answer = answers_.find(question.key);
  if (answer != answers_.end() && answer->second.asked == asked) {
    return {kAnswered, json_text(answer->second.answer)};
  }
  if (question.what == Input::kElicitation) params->emplace("mode", "form");
  json request = {{"method", method_of(question.what)}, {"params", std::move(*params)}};
  const auto before = open_.find(question.key);
  if (before != open_.end()) return {before->second.request == request ? kLater : kInvalid};
  if (before_.round + 1 >= RequestState::kMostRounds) return {kInvalid};
  if (answers_.size() + open_.size() >= kMostQuestions) return {kInvalid};
  open_[question.key] = {std::move(asked), std::move(request)};
  return {kLater};
}

bool RoundTrip::keep(std::string state) {
  if (state.size() > kMostKeptBytes || !is_utf8(state)) return false;
  const std::lock_guard lock(mutex_);
  kept_ = std::move(state);
  return true;
}

std::string RoundTrip::kept() const {
  const std::lock_guard lock(mutex_);
  return before_.kept;
}

std::optional<RoundTrip::Confirmed> RoundTrip::take_confirmed(
    std::initializer_list<const char*> keys) {
  const std::lock_guard lock(mutex_);
  if (before_.confirmation.empty()) return std::nullopt;
  Confirmed out{std::exchange(before_.confirmation, {}), std::nullopt};
  for (const char* const key : keys) {
    const auto found = answers_.find(key);
    if (found == answers_.end()) continue;
    out.answer = std::move(found->second.answer);
    out.key = key;
    answers_.erase(found);
    break;
  }
  return out;
}

void RoundTrip::set_confirmation(std::string confirmation, const std::string& key) {
  const std::lock_guard lock(mutex_);
  confirmation_ = std::move(confirmation);
  std::erase_if(open_, [&](const auto& one) { return one.first != key; });
}

/// With the lock held.
RequestState RoundTrip::next() const {
  RequestState state;
  state.round = before_.round + 1;
  state.answers = answers_;
  state.kept = confirmation_.empty() ? kept_ : before_.kept;
  state.confirmation = confirmation_;
  for (const auto& [key, open] : open_) state.asked[key] = open.asked;
  return state;
}

Result<std::string> RoundTrip::input_required(const ResultWriter& writer, Deadline deadline) {
  std::string text;
  std::string members;
  {
    const std::lock_guard lock(mutex_);
    const bool waits = !open_.empty() || !kept_.empty();
    if (!waits || seal_ == nullptr || before_.round + 1 >= RequestState::kMostRounds) {
      return Error{
          ErrorCode::kInvalid, "The call waits for an answer that nobody was asked for.", {}};
    }
    json requests = json::object();
    for (const auto& [key, open] : open_) requests[key] = open.request;
    text = next().to_text();
    if (!requests.empty()) members = R"("inputRequests":)" + json_text(requests) + ",";
  }
  const auto sealed = seal_->seal(text, binding_, deadline);
  if (!sealed) return sealed.error();
  return writer.input_required(members + R"("requestState":)" + quote(*sealed));
}

}  // namespace adomcp::mcp
