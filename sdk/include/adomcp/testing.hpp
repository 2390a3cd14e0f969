// adomcp/testing.hpp - a host for tests of one plugin, without a network and with any test
// framework:
//
//   adomcp::fake::Host host("build/hello.so");
//   host.on("GET", "build/builds/*", adomcp::fake::Answer::json({{"id", 7}}));
//   host.answer("name", {{"action", "accept"}, {"content", {{"name", "Ann"}}}});
//   const adomcp::fake::Outcome out = host.call("hello", {{"run_id", 7}});
//   // look at out.status, out.answer, out.text, out.content, out.asked, out.notes, host.requests
//
// It answers requests and questions from tables, keeps what the plugin sent and said, and can
// cancel a call or let its time run out. As a host it enters the plugin again once a question is
// answered; with host.client.waits it answers at once, as a client of an older revision does.
// `out.problems` lists what a real host would not have accepted.
#pragma once

#include <adomcp/plugin.h>
#include <dlfcn.h>
#include <adomcp/testing/call.hpp>
#include <adomcp/testing/declared.hpp>
#include <adomcp/testing/patterns.hpp>
#include <adomcp/testing/records.hpp>
#include <adomcp/testing/shapes.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::fake {

/// A loaded and started plugin. Not for several calls at once.
class Host {
 public:
  using Handler = std::function<Answer(const Request&)>;

  /// Loads a built plugin; throws std::runtime_error, with the loader's words, when it can't.
  /// `abi_minor`: of an older host, which lacks what is newer.
  explicit Host(const std::string& library,
                const nlohmann::json& settings = nlohmann::json::object(),
                std::uint16_t abi_minor = ADOMCP_ABI_MINOR)
      : handle_(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
    plugin_ = static_cast<const adomcp_plugin*>(dlsym(handle_, "adomcp_plugin_v0"));
    try {
      if (plugin_ == nullptr) throw std::runtime_error(library + " has no adomcp_plugin_v0");
      start(settings, abi_minor);
    } catch (...) {
      dlclose(handle_);
      throw;
    }
  }
  /// For a test linked with the plugin's own sources: Host host(adomcp_plugin_v0);
  explicit Host(const adomcp_plugin& plugin,
                const nlohmann::json& settings = nlohmann::json::object(),
                std::uint16_t abi_minor = ADOMCP_ABI_MINOR)
      : plugin_(&plugin) {
    start(settings, abi_minor);
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

  /// What the person behind the client says to the question of this key: as of input.h, or of
  /// sampling and roots the result. A question without one ends a call with INPUT_REQUIRED, or with
  /// DEADLINE where the client waits.
  void answer(const std::string& key, nlohmann::json json) {
    client.answers[key] = std::move(json);
  }

  /// Calls the tool of this name. The real host reads arguments leniently by input_schema and
  /// checks them before; here they reach the plugin as they are.
  Outcome call(std::string_view name, const nlohmann::json& arguments) {
    return call(tool(name), arguments);
  }
  /// Of a plugin with one tool.
  Outcome call(const nlohmann::json& arguments) { return call(tool(), arguments); }

  /// As prompts/get does.
  Outcome get_prompt(std::string_view name,
                     const nlohmann::json& arguments = nlohmann::json::object()) {
    const auto* const prompt = find(declared_.prompts, name, &adomcp_prompt::name);
    if (prompt == nullptr) throw std::runtime_error("there is no prompt " + std::string(name));
    return run(prompt->get, arguments, detail::wrong_messages);
  }
  /// As resources/read does: of the resource with this URI, or the first template that fits.
  /// The host serves an app itself.
  Outcome read(const std::string& uri) {
    for (const App& app : declared_.apps) {
      if (app.uri == uri) return detail::read_app(app);
    }
    const nlohmann::json request = {{"uri", uri}, {"arguments", nlohmann::json::object()}};
    const auto* const one = find(declared_.resources, uri, &adomcp_resource::uri);
    if (one != nullptr) return run(one->read, request, detail::wrong_reading);
    for (const auto* many : declared_.resources) {
      std::map<std::string, std::string> found;
      if (!detail::fits(detail::text_of(many->uri_template), uri, found)) continue;
      return run(many->read, {{"uri", uri}, {"arguments", found}}, detail::wrong_reading);
    }
    throw std::runtime_error("there is no resource " + uri);
  }
  /// As completion/complete does; `of` is the name of a prompt, or a template.
  Outcome complete(std::string_view of, const std::string& argument, const std::string& value,
                   const nlohmann::json& context = nlohmann::json::object()) {
    const auto* one = find(declared_.completers, of, &adomcp_completer::prompt);
    if (one == nullptr) one = find(declared_.completers, of, &adomcp_completer::uri_template);
    if (one == nullptr) throw std::runtime_error("nothing completes " + std::string(of));
    return run(one->complete,
               {{"argument", {{"name", argument}, {"value", value}}}, {"context", context}},
               detail::wrong_completion);
  }

  /// What start() declared, and what was told or logged without a call.
  const Declared& declared() const { return declared_; }
  std::vector<Change> changes() const {
    const std::lock_guard lock(declared_.mutex);
    return declared_.changes;
  }

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

  Client client;  ///< what the client of the calls can

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

  using Entry = adomcp_status (*)(void* self, adomcp_call*, adomcp_str request_json);
  using Wrong = std::string (*)(const nlohmann::json& answer);
  static constexpr int kMaxRounds = 16;

  void start(const nlohmann::json& settings, std::uint16_t abi_minor) {
    if (plugin_->abi_major != ADOMCP_ABI_MAJOR) throw std::runtime_error("another ABI major");
    if (plugin_->abi_minor > abi_minor) throw std::runtime_error("the plugin needs a newer host");
    functions_ = functions(abi_minor);
    declared_.has_services = abi_minor >= 2;
    declared_.has_ui = abi_minor >= 3;
    declared_.plugin = plugin_;
    declared_.starting = true;
    const std::string text = settings.dump();
    const adomcp_status status = plugin_->start(&functions_, {text.data(), text.size()}, &self_);
    declared_.starting = false;
    if (status == ADOMCP_OK) return;
    std::string why = "the plugin's start() failed";
    for (const Log& line : declared_.logs) why += "; " + line.message;
    throw std::runtime_error(why);
  }

  Outcome call(const adomcp_tool& tool, const nlohmann::json& arguments) {
    return run(tool.call, arguments, nullptr, detail::text_of(tool.name));
  }

  /// The descriptor whose `member` says `name`; null: none.
  template <class Descriptor>
  static const Descriptor* find(const std::vector<const Descriptor*>& of, std::string_view name,
                                adomcp_str Descriptor::*member) {
    for (const Descriptor* one : of) {
      if (!name.empty() && detail::text_of(one->*member) == name) return one;
    }
    return nullptr;
  }

  /// Enters the plugin until it is done, or waits for what nobody answers. `wrong` looks at the
  /// answer of what is no tool.
  Outcome run(Entry entry, const nlohmann::json& request, Wrong wrong,
              const std::string& tool = {}) {
    requests.clear();
    rounds = 0;
    sent_ = 0;
    Conversation conversation;
    Outcome out;
    bool again = true;
    while (again && out.rounds < kMaxRounds) {
      adomcp_call round;
      round.client = &client;
      round.conversation = &conversation;
      round.is_tool = wrong == nullptr;
      round.may_be_task = std::count(declared_.tasks.begin(), declared_.tasks.end(), tool) > 0;
      again = enter(entry, request.dump(), round, out);
    }
    if (again) out.problems.push_back("it asks without an end");
    if (out.status != ADOMCP_OK || wrong == nullptr) return out;
    if (auto why = wrong(out.answer); !why.empty()) out.problems.push_back(std::move(why));
    return out;
  }

  /// One round, added to `out`. True: there are answers for another.
  bool enter(Entry entry, const std::string& request, adomcp_call& round, Outcome& out) {
    round.host = this;
    round.interrupted = [this] { return state_of_call(); };
    round.outcome = std::move(out);
    round.outcome.content.clear();
    round.outcome.text.clear();
    round.outcome.raw.clear();
    ++round.outcome.rounds;
    const adomcp_status status = entry(self_, &round, {request.data(), request.size()});
    detail::conclude(round, status);
    out = std::move(round.outcome);
    return status == ADOMCP_INPUT_REQUIRED && detail::answer_open(round);
  }

  adomcp_status state_of_call() const {
    if (remaining_ms <= 0) return ADOMCP_DEADLINE;
    return sent_ >= interrupted_after ? interrupted.load() : ADOMCP_OK;
  }

  adomcp_host functions(std::uint16_t abi_minor) const {
    adomcp_host host{};
    host.struct_size = abi_minor >= 2 ? sizeof(host) : offsetof(adomcp_host, progress);
    host.abi_major = ADOMCP_ABI_MAJOR;
    host.abi_minor = abi_minor;
    host.log = slot_.slot().log;
    host.service = slot_.slot().service;
    host.interrupted = [](const adomcp_call* call) { return call->host->state_of_call(); };
    host.remaining_ms = [](const adomcp_call* call) -> std::int64_t {
      const std::lock_guard lock(call->mutex);
      if (call->outcome.task) return call->outcome.task->ttl_ms;
      return std::max<std::int64_t>(call->host->remaining_ms, 0);
    };
    host.reply = [](adomcp_call* call, adomcp_str text, adomcp_str json) {
      detail::on_call_thread(*call, "reply");
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
    if (abi_minor < 2) return host;
    host.progress = detail::progress;
    host.content = detail::content;
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
    to.error = detail::lend(call, std::move(answer.error));
    to.continuation_token = detail::lend(call, std::move(answer.continuation_token));
    if (from.max_bytes > 0 && answer.body.size() > from.max_bytes) {
      answer.body.resize(from.max_bytes);
      to.truncated = 1;
    }
    if (from.on_chunk == nullptr) {
      to.body = detail::lend(call, std::move(answer.body));
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

  Declared declared_;
  Functions slot_{declared_};
  adomcp_host functions_{};  // its own, as each generation's host is
  void* handle_ = nullptr;
  const adomcp_plugin* plugin_ = nullptr;
  void* self_ = nullptr;
  std::deque<Route> handlers_;
  std::atomic<std::size_t> sent_{0};  // any thread may ask whether the call is interrupted
};

}  // namespace adomcp::fake
