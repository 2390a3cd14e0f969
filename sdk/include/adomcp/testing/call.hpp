// adomcp/testing/call.hpp - one round of a call in the fake host, and the functions of input.h,
// legacy.h and tasks.h that belong to a call. Part of testing.hpp.
#pragma once

#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/plugin.h>
#include <adomcp/tasks.h>
#include <adomcp/testing/records.hpp>
#include <adomcp/testing/shapes.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace adomcp::fake {

class Host;

/// The client of a call: what it can, and what the person behind it says.
struct Client {
  /// It keeps a connection open, so that questions wait for their answers, as in the revisions
  /// before 2026-07-28. Otherwise the plugin is entered again once there are answers.
  bool waits = false;
  std::set<std::string> lacks;  ///< of "elicitation", "sampling" and "roots"
  bool takes_tasks = false;
  std::map<std::string, nlohmann::json> answers;  ///< by the questions' keys
};

/// What one round hands to the next.
struct Conversation {
  std::set<std::string> answered;  ///< keys of questions whose answers are there now
  std::string kept;
};

}  // namespace adomcp::fake

/// What is kept of one round: to plugins the opaque type of plugin.h.
struct adomcp_call {
  adomcp::fake::Host* host = nullptr;
  const adomcp::fake::Client* client = nullptr;
  adomcp::fake::Conversation* conversation = nullptr;
  std::function<adomcp_status()> interrupted = {};
  bool is_tool = true;
  bool may_be_task = false;
  std::thread::id thread = std::this_thread::get_id();
  std::deque<std::string> arena = {};
  adomcp::fake::Outcome outcome = {};
  int replies = 0;
  std::set<std::string> keys = {};  ///< asked in this round
  std::set<std::string> open = {};  ///< of these, without an answer as yet
  std::string keeping = {};
  bool progressed = false;
  double done = 0;
  mutable std::mutex mutex = {};  ///< guards what any thread may say
};

namespace adomcp::fake::detail {

inline std::string text_of(adomcp_str from) {
  return from.size == 0 ? std::string() : std::string(from.data, from.size);
}

inline void problem(adomcp_call& call, std::string what) {
  const std::lock_guard lock(call.mutex);
  call.outcome.problems.push_back(std::move(what));
}

/// What a plugin is given lives as long as its call.
inline adomcp_str lend(adomcp_call& call, std::string value) {
  call.arena.push_back(std::move(value));
  return {call.arena.back().data(), call.arena.back().size()};
}

inline void on_call_thread(adomcp_call& call, const char* function) {
  if (std::this_thread::get_id() == call.thread) return;
  problem(call, std::string(function) + "() came from another thread");
}

inline void progress(adomcp_call* call, double done, double total, adomcp_str message) {
  const std::lock_guard lock(call->mutex);
  const bool grows = call->progressed ? done > call->done : done >= 0;
  if (!grows) call->outcome.problems.push_back("its progress doesn't grow");
  call->progressed = true;
  call->done = done;
  call->outcome.progress.push_back({done, total, text_of(message)});
}

inline void content(adomcp_call* call, adomcp_str block_json) {
  on_call_thread(*call, "content");
  if (!call->is_tool) return problem(*call, "only a tool's result has content blocks");
  if (call->replies > 0) return problem(*call, "a content block came after the reply");
  auto block = nlohmann::json::parse(text_of(block_json), nullptr, false);
  if (auto wrong = wrong_block(block); !wrong.empty()) return problem(*call, std::move(wrong));
  call->outcome.content.push_back(std::move(block));
}

/// Whether a question of this key may be put now.
inline bool is_askable(adomcp_call& call, const Asked& asked) {
  if (!is_question_key(asked.key)) {
    problem(call, "'" + asked.key + "' is no key: it is 1 to 64 of a-z, 0-9 and '_'");
    return false;
  }
  if (call.keys.insert(asked.key).second) return true;
  // What was asked before the call became a task is waited for by asking it again.
  if (call.outcome.task && call.open.erase(asked.key) > 0) return true;
  problem(call, "two questions have the key '" + asked.key + "'");
  return false;
}

/// The answer to a question that the client can be asked.
inline adomcp_status answer_to(adomcp_call& call, const Asked& asked, adomcp_str& answer_json) {
  const auto found = call.client->answers.find(asked.key);
  const bool waits = call.client->waits || call.outcome.task.has_value();
  if (!waits && call.conversation->answered.count(asked.key) == 0) {
    call.open.insert(asked.key);
    return ADOMCP_INPUT_REQUIRED;
  }
  if (found == call.client->answers.end()) return ADOMCP_DEADLINE;  // nobody answers
  if (asked.what == "elicitation") {
    const auto wrong = wrong_elicited(found->second, asked.params);
    if (!wrong.empty()) problem(call, "the test's answer to '" + asked.key + "': " + wrong);
  }
  answer_json = lend(call, found->second.dump());
  return ADOMCP_OK;
}

/// Once, also when a later round asks it again.
inline void record(std::vector<Asked>& all, Asked asked) {
  for (const Asked& one : all) {
    if (one.key == asked.key) return;
  }
  all.push_back(std::move(asked));
}

inline adomcp_status ask(adomcp_call& call, Asked asked, adomcp_str* answer_json) {
  on_call_thread(call, asked.what.c_str());
  if (const adomcp_status state = call.interrupted(); state != ADOMCP_OK) return state;
  if (!is_askable(call, asked)) return ADOMCP_INVALID_ARGUMENT;
  if (call.client->lacks.count(asked.what) > 0) return ADOMCP_UNSUPPORTED;
  const adomcp_status status = answer_to(call, asked, *answer_json);
  record(call.outcome.asked, std::move(asked));
  return status;
}

inline adomcp_status elicit(adomcp_call* call, adomcp_str key, adomcp_str message,
                            adomcp_str requested_schema, adomcp_str* answer_json) {
  auto schema = nlohmann::json::parse(text_of(requested_schema), nullptr, false);
  if (auto wrong = wrong_schema(schema); !wrong.empty()) {
    problem(*call, std::move(wrong));
    return ADOMCP_INVALID_ARGUMENT;
  }
  return ask(*call, {"elicitation", text_of(key), text_of(message), std::move(schema)},
             answer_json);
}

inline adomcp_status keep(adomcp_call* call, adomcp_str state) {
  constexpr std::size_t kMax = std::size_t{8} * 1024;
  on_call_thread(*call, "keep");
  if (state.size > kMax) {
    problem(*call, "more than 8 KiB can't be kept");
    return ADOMCP_INVALID_ARGUMENT;
  }
  call->keeping = text_of(state);
  return ADOMCP_OK;
}

inline adomcp_str kept(adomcp_call* call) {
  return lend(*call, call->conversation->kept);
}

inline adomcp_status sample(adomcp_call* call, adomcp_str key, adomcp_str params_json,
                            adomcp_str* result_json) {
  auto params = nlohmann::json::parse(text_of(params_json), nullptr, false);
  if (!params.is_object()) {
    problem(*call, "the parameters of sampling are no JSON object");
    return ADOMCP_INVALID_ARGUMENT;
  }
  return ask(*call, {"sampling", text_of(key), {}, std::move(params)}, result_json);
}

inline adomcp_status roots(adomcp_call* call, adomcp_str key, adomcp_str* result_json) {
  return ask(*call, {"roots", text_of(key), {}, nullptr}, result_json);
}

inline void log_to_client(adomcp_call* call, adomcp_str level, adomcp_str logger,
                          adomcp_str data_json) {
  static const std::set<std::string> levels = {"debug", "info",     "notice", "warning",
                                               "error", "critical", "alert",  "emergency"};
  ClientLog line{text_of(level), text_of(logger),
                 nlohmann::json::parse(text_of(data_json), nullptr, false)};
  const std::lock_guard lock(call->mutex);
  auto& problems = call->outcome.problems;
  if (levels.count(line.level) == 0) problems.push_back("there is no level " + line.level);
  if (line.data.is_discarded()) problems.push_back("the data of a line to the client is no JSON");
  call->outcome.client_logs.push_back(std::move(line));
}

inline adomcp_status begin_task(adomcp_call* call, std::int64_t ttl_ms, std::int64_t poll_ms) {
  constexpr std::int64_t kDay = std::int64_t{24} * 60 * 60 * 1000;
  on_call_thread(*call, "begin");
  if (const adomcp_status state = call->interrupted(); state != ADOMCP_OK) return state;
  if (call->outcome.task || ttl_ms <= 0 || ttl_ms > kDay || poll_ms <= 0) {
    problem(*call, "a call becomes a task once, for a day at most, and is asked for now and then");
    return ADOMCP_INVALID_ARGUMENT;
  }
  if (!call->may_be_task) problem(*call, "start() did not say that this may be a task");
  if (!call->may_be_task || !call->client->takes_tasks) return ADOMCP_UNSUPPORTED;
  const std::lock_guard lock(call->mutex);
  call->outcome.task = Task{ttl_ms, poll_ms};
  return ADOMCP_OK;
}

/// What came of one round, once the plugin has returned.
inline void conclude(adomcp_call& call, adomcp_status status) {
  Outcome& out = call.outcome;
  auto& problems = out.problems;
  out.status = status;
  if (call.replies > 1) problems.push_back("it replied more than once");
  if (status == ADOMCP_INPUT_REQUIRED) {
    if (call.replies > 0) problems.push_back("it replied and waits for an answer at once");
    if (call.open.empty()) problems.push_back("it waits for an answer without having asked");
    return;
  }
  if (status == ADOMCP_OK && call.replies == 0) problems.push_back("it never replied");
  if (status == ADOMCP_OK && !call.open.empty()) {
    problems.push_back("it replied while a question is open");
  }
  if (out.raw.empty()) return;
  out.answer = nlohmann::json::parse(out.raw, nullptr, false);
  if (!out.answer.is_object()) problems.push_back("the structured answer is no JSON object");
}

/// Hands the next round what this one needs. False: nobody answers what is open.
inline bool answer_open(adomcp_call& call) {
  if (call.open.empty()) return false;
  for (const std::string& key : call.open) {
    if (call.client->answers.count(key) == 0) return false;
    call.conversation->answered.insert(key);
  }
  call.conversation->kept = call.keeping;
  return true;
}

}  // namespace adomcp::fake::detail
