// adomcp/testing.hpp - a host for tests of one plugin, without a network and with any test
// framework:
//
//   adomcp::fake::Host host("build/hello.so");
//   host.on("GET", "build/builds/*", adomcp::fake::Answer::json({{"id", 7}}));
//   const adomcp::fake::Outcome out = host.call("hello", {{"run_id", 7}});
//   // look at out.status, out.answer, out.text, out.notes, out.logs, host.requests
//
// It answers requests from a table, keeps what the plugin sent and said, and can cancel a call or
// let its time run out. `out.problems` lists what a real host would not have accepted.
#pragma once

#include <adomcp/plugin.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::fake {

/// A request as the plugin sent it.
struct Request {
  std::string method, service, organization, project, path, query;
  std::string accept, content_type, body;
  std::uint64_t max_bytes = 0;
  bool streamed = false;
  int round = 0;  ///< requests of one round went side by side; from 1

  /// Whether the query has this part, as sent: "$top=5".
  bool asks(std::string_view part) const {
    return ("&" + query + "&").find("&" + std::string(part) + "&") != std::string::npos;
  }
};

/// What Azure DevOps would answer.
struct Answer {
  adomcp_status status = ADOMCP_OK;
  int http_status = 200;
  std::string body = {};
  std::string continuation_token = {};
  std::string error = {};

  static Answer json(const nlohmann::json& body, std::string token = {}) {
    return {ADOMCP_OK, 200, body.dump(), std::move(token), {}};
  }
  static Answer text(std::string body) { return {ADOMCP_OK, 200, std::move(body), {}, {}}; }
  /// As the host reports a request that failed; `error` is for a person.
  static Answer failed(adomcp_status status, int http, std::string error) {
    return {status, http, {}, {}, std::move(error)};
  }
};

struct Log {
  std::int32_t level;
  std::string message;
};

/// All that came of one call.
struct Outcome {
  adomcp_status status = ADOMCP_INTERNAL;
  std::string text;                          ///< for a person: why it failed
  std::string raw;                           ///< the structured answer as sent
  nlohmann::json answer;                     ///< the same, parsed; null without one
  std::map<std::string, std::string> notes;  ///< facts for the audit
  std::vector<Log> logs;
  std::vector<std::string> problems;
};

class Host;

}  // namespace adomcp::fake

/// What is kept of one call: to plugins the opaque type of plugin.h.
struct adomcp_call {
  adomcp::fake::Host* host = nullptr;
  std::deque<std::string> arena = {};
  adomcp::fake::Outcome outcome = {};
  int replies = 0;
  std::mutex logging = {};
};

namespace adomcp::fake {

namespace detail {

inline std::string text_of(adomcp_str from) {
  return from.size == 0 ? std::string() : std::string(from.data, from.size);
}

/// `*` in the pattern stands for any text, an empty one too.
inline bool matches(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (text.substr(0, star) != pattern.substr(0, star)) return false;
  for (std::size_t from = star; from <= text.size(); ++from) {
    if (matches(pattern.substr(star + 1), text.substr(from))) return true;
  }
  return false;
}

}  // namespace detail

/// A loaded and started plugin. Not for several calls at once.
class Host {
 public:
  using Handler = std::function<Answer(const Request&)>;

  /// Loads a built plugin; throws std::runtime_error, with the loader's words, when it can't.
  explicit Host(const std::string& library,
                const nlohmann::json& settings = nlohmann::json::object())
      : handle_(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
    plugin_ = static_cast<const adomcp_plugin*>(dlsym(handle_, "adomcp_plugin_v0"));
    try {
      if (plugin_ == nullptr) throw std::runtime_error(library + " has no adomcp_plugin_v0");
      start(settings);
    } catch (...) {
      dlclose(handle_);
      throw;
    }
  }
  /// For a test linked with the plugin's own sources: Host host(adomcp_plugin_v0);
  explicit Host(const adomcp_plugin& plugin,
                const nlohmann::json& settings = nlohmann::json::object())
      : plugin_(&plugin) {
    start(settings);
  }
  ~Host() {
    plugin_->stop(self_);
    if (handle_ != nullptr) dlclose(handle_);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// `path` is as the plugin sends it, with `*` for any text. What was said last is tried first.
  void on(std::string method, std::string path, Handler handler) {
    handlers_.push_front({std::move(method), std::move(path), std::move(handler)});
  }
  void on(std::string method, std::string path, Answer answer) {
    on(std::move(method), std::move(path), [answer](const Request&) { return answer; });
  }

  /// Calls the tool of this name. The real host checks arguments against input_schema before.
  Outcome call(std::string_view name, const nlohmann::json& arguments) {
    return call(tool(name), arguments);
  }
  /// Of a plugin with one tool.
  Outcome call(const nlohmann::json& arguments) { return call(tool(), arguments); }

  const adomcp_plugin& plugin() const { return *plugin_; }
  const adomcp_tool& tool() const { return *plugin_->tool(0); }
  const adomcp_tool& tool(std::string_view name) const {
    for (std::uint32_t i = 0; i < plugin_->tool_count; ++i) {
      const adomcp_tool& one = *plugin_->tool(i);
      if (detail::text_of(one.name) == name) return one;
    }
    throw std::runtime_error("the plugin has no tool " + std::string(name));
  }

  /// The first request of the last call with this path; null: none.
  const Request* sent(std::string_view path) const {
    for (const Request& request : requests) {
      if (request.path == path) return &request;
    }
    return nullptr;
  }

  std::vector<Request> requests;  ///< of the last call
  int rounds = 0;                 ///< how often the last call waited for requests

  /// ADOMCP_CANCELLED: the caller went away. A plugin sees it when it asks, or sends a request.
  std::atomic<adomcp_status> interrupted{ADOMCP_OK};
  /// The call is interrupted only after this many requests; 0: from the start.
  std::atomic<std::size_t> interrupted_after{0};
  /// Of the call's time; without any left it has passed its deadline.
  std::atomic<std::int64_t> remaining_ms{30000};
  std::size_t piece_size = 1000;  ///< bodies of streamed requests come in pieces of this size

 private:
  struct Route {
    std::string method, path;
    Handler handler;
  };

  void start(const nlohmann::json& settings) {
    if (plugin_->abi_major != ADOMCP_ABI_MAJOR) throw std::runtime_error("another ABI major");
    const std::string text = settings.dump();
    if (plugin_->start(&functions_, {text.data(), text.size()}, &self_) != ADOMCP_OK) {
      throw std::runtime_error("the plugin's start() failed");
    }
  }

  Outcome call(const adomcp_tool& tool, const nlohmann::json& arguments) {
    requests.clear();
    rounds = 0;
    sent_ = 0;
    adomcp_call state;
    state.host = this;
    const std::string text = arguments.dump();
    const adomcp_status status = tool.call(self_, &state, {text.data(), text.size()});
    Outcome& out = state.outcome;
    out.status = status;
    if (state.replies > 1) out.problems.push_back("it replied more than once");
    if (status == ADOMCP_OK && state.replies == 0) out.problems.push_back("it never replied");
    if (out.raw.empty()) return std::move(out);
    out.answer = nlohmann::json::parse(out.raw, nullptr, false);
    if (!out.answer.is_object()) out.problems.push_back("the structured answer is no JSON object");
    return std::move(out);
  }

  adomcp_status state_of_call() const {
    if (remaining_ms <= 0) return ADOMCP_DEADLINE;
    return sent_ >= interrupted_after ? interrupted.load() : ADOMCP_OK;
  }

  static adomcp_host functions() {
    adomcp_host host{};
    host.struct_size = sizeof(host);
    host.abi_major = ADOMCP_ABI_MAJOR;
    host.abi_minor = ADOMCP_ABI_MINOR;
    host.log = [](adomcp_call* call, std::int32_t level, adomcp_str message) {
      if (call == nullptr) return;
      const std::lock_guard lock(call->logging);
      call->outcome.logs.push_back({level, detail::text_of(message)});
    };
    host.interrupted = [](const adomcp_call* call) { return call->host->state_of_call(); };
    host.remaining_ms = [](const adomcp_call* call) -> std::int64_t {
      return std::max<std::int64_t>(call->host->remaining_ms, 0);
    };
    host.reply = [](adomcp_call* call, adomcp_str text, adomcp_str json) {
      ++call->replies;
      call->outcome.text = detail::text_of(text);
      call->outcome.raw = detail::text_of(json);
    };
    host.note = [](adomcp_call* call, adomcp_str key, adomcp_str value) {
      note(call->outcome, detail::text_of(key), detail::text_of(value));
    };
    host.ado = [](adomcp_call* call, const adomcp_ado_request* const* asked,
                  adomcp_ado_response* const* answers, std::uint32_t count) {
      return call->host->answer_all(*call, asked, answers, count);
    };
    host.service = [](const char*) -> const void* { return nullptr; };
    return host;
  }

  static void note(Outcome& out, std::string key, std::string value) {
    const bool known =
        key == "run_id" || key == "pipeline_id" || key == "pipeline_name" || key == "result_count";
    if (!known) out.problems.push_back("the audit has no fact called " + key);
    out.notes[std::move(key)] = std::move(value);
  }

  adomcp_status answer_all(adomcp_call& call, const adomcp_ado_request* const* in,
                           adomcp_ado_response* const* out, std::uint32_t count) {
    ++rounds;
    adomcp_status first = ADOMCP_OK;
    for (std::uint32_t i = 0; i < count; ++i) {
      answer_one(call, *in[i], *out[i]);
      if (first == ADOMCP_OK) first = out[i]->status;
    }
    return first;
  }

  Answer answer_to(const Request& request) const {
    const auto fits = [&](const Route& route) {
      return route.method == request.method && detail::matches(route.path, request.path);
    };
    const auto found = std::find_if(handlers_.begin(), handlers_.end(), fits);
    if (found != handlers_.end()) return found->handler(request);
    return Answer::failed(ADOMCP_NOT_FOUND, 404, "There is no such thing.");
  }

  void answer_one(adomcp_call& call, const adomcp_ado_request& from, adomcp_ado_response& to) {
    using detail::text_of;
    const adomcp_status state = state_of_call();
    const Request request{
        text_of(from.method),  text_of(from.service),      text_of(from.organization),
        text_of(from.project), text_of(from.path),         text_of(from.query),
        text_of(from.accept),  text_of(from.content_type), text_of(from.body),
        from.max_bytes,        from.on_chunk != nullptr,   rounds};
    requests.push_back(request);
    ++sent_;
    Answer answer = state == ADOMCP_OK ? answer_to(request)
                                       : Answer::failed(state, 0, "The call was interrupted.");
    to.status = answer.status;
    to.http_status = answer.http_status;
    to.error = keep(call, std::move(answer.error));
    to.continuation_token = keep(call, std::move(answer.continuation_token));
    if (from.max_bytes > 0 && answer.body.size() > from.max_bytes) {
      answer.body.resize(from.max_bytes);
      to.truncated = 1;
    }
    if (from.on_chunk == nullptr) {
      to.body = keep(call, std::move(answer.body));
    } else {
      stream(answer.body, from, to);
    }
  }

  void stream(std::string_view body, const adomcp_ado_request& from,
              adomcp_ado_response& to) const {
    for (std::size_t at = 0; at < body.size(); at += piece_size) {
      const std::string_view piece = body.substr(at, piece_size);
      if (from.on_chunk(from.user, {piece.data(), piece.size()}) == ADOMCP_OK) continue;
      to.truncated = 1;
      return;
    }
  }

  /// What a plugin is given lives as long as its call.
  static adomcp_str keep(adomcp_call& call, std::string value) {
    call.arena.push_back(std::move(value));
    return {call.arena.back().data(), call.arena.back().size()};
  }

  const adomcp_host functions_ = functions();  // its own, as each generation's host is
  void* handle_ = nullptr;
  const adomcp_plugin* plugin_ = nullptr;
  void* self_ = nullptr;
  std::deque<Route> handlers_;
  std::atomic<std::size_t> sent_{0};  // any thread may ask whether the call is interrupted
};

}  // namespace adomcp::fake
