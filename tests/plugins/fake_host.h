#pragma once

#include <adomcp/plugin.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the fake host keeps of one call; the ABI's opaque type.
struct adomcp_call {
  class FakeHost* host = nullptr;
  std::deque<std::string> arena;
  int replies = 0;
  std::string text;
  std::string structured;
  std::map<std::string, std::string> notes;
};

/// A request as the plugin sent it.
struct SentRequest {
  std::string method, service, path, query, accept, body, content_type;
  std::uint64_t max_bytes = 0;
  bool streamed = false;
  int round = 0;  ///< which ado() call of the tool call, from 1

  bool asks(std::string_view part) const {
    return ("&" + query + "&").find("&" + std::string(part) + "&") != std::string::npos;
  }
};

/// A canned answer of Azure DevOps.
struct Canned {
  adomcp_status status = ADOMCP_OK;
  int http_status = 200;
  std::string body = {};
  std::string continuation_token = {};
  std::string error = {};

  static Canned json(const nlohmann::json& body, std::string token = {}) {
    return {ADOMCP_OK, 200, body.dump(), std::move(token), {}};
  }
  static Canned failed(adomcp_status status, int http, std::string error) {
    return {status, http, {}, {}, std::move(error)};
  }
};

struct CallOutcome {
  adomcp_status status = ADOMCP_INTERNAL;
  std::string text;
  std::string raw;  ///< the structured answer as sent
  nlohmann::json answer;
  std::map<std::string, std::string> notes;
};

/// A host for one plugin: loads the built .so, answers its requests from a table (or a function),
/// and records what it asked for.
class FakeHost {
 public:
  using Handler = std::function<Canned(const SentRequest&)>;

  explicit FakeHost(const std::string& library) {
    const std::string path = std::string(ADOMCP_PLUGIN_DIR) + "/" + library;
    handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
    plugin_ = static_cast<const adomcp_plugin*>(dlsym(handle_, "adomcp_plugin_v0"));
    if (plugin_ == nullptr) throw std::runtime_error(path + " has no adomcp_plugin_v0");
    static const adomcp_host functions = table();
    void* self = nullptr;
    if (plugin_->start(&functions, {"{}", 2}, &self) != ADOMCP_OK)
      throw std::runtime_error("start");
  }
  ~FakeHost() {
    plugin_->stop(nullptr);
    dlclose(handle_);
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  void on(const std::string& method, const std::string& path, Canned answer) {
    on(method, path, [answer](const SentRequest&) { return answer; });
  }
  void on(const std::string& method, const std::string& path, Handler handler) {
    handlers_[method + " " + path] = std::move(handler);
  }

  CallOutcome call(const nlohmann::json& arguments) {
    requests.clear();
    rounds = 0;
    adomcp_call state;
    state.host = this;
    const std::string text = arguments.dump();
    CallOutcome out;
    out.status = tool().call(nullptr, &state, {text.data(), text.size()});
    EXPECT_LE(state.replies, 1);
    out.text = state.text;
    out.raw = state.structured;
    out.notes = state.notes;
    if (!state.structured.empty()) out.answer = nlohmann::json::parse(state.structured);
    return out;
  }

  const adomcp_plugin& plugin() const { return *plugin_; }
  const adomcp_tool& tool() const { return *plugin_->tool(0); }

  const SentRequest* sent(const std::string& path) const {
    for (const SentRequest& request : requests) {
      if (request.path == path) return &request;
    }
    return nullptr;
  }

  /// Answers what no other handler does; absent: 404.
  Handler fallback;
  std::vector<SentRequest> requests;
  int rounds = 0;
  adomcp_status interrupted = ADOMCP_OK;
  std::size_t piece_size = 1000;  ///< bodies of streamed requests come in pieces of this size

 private:
  static std::string text(adomcp_str from) { return std::string(from.data, from.size); }
  static adomcp_str keep(adomcp_call* call, std::string value) {
    call->arena.push_back(std::move(value));
    return {call->arena.back().data(), call->arena.back().size()};
  }

  static adomcp_host table() {
    adomcp_host host{};
    host.struct_size = sizeof(host);
    host.abi_major = ADOMCP_ABI_MAJOR;
    host.abi_minor = ADOMCP_ABI_MINOR;
    host.log = [](adomcp_call*, int32_t, adomcp_str) {};
    host.interrupted = [](const adomcp_call* call) { return call->host->interrupted; };
    host.remaining_ms = [](const adomcp_call*) -> int64_t { return 30000; };
    host.reply = [](adomcp_call* call, adomcp_str said, adomcp_str json) {
      ++call->replies;
      call->text = text(said);
      call->structured = text(json);
    };
    host.note = [](adomcp_call* call, adomcp_str key, adomcp_str value) {
      call->notes[text(key)] = text(value);
    };
    host.ado = [](adomcp_call* call, const adomcp_ado_request* const* asked,
                  adomcp_ado_response* const* answers,
                  uint32_t count) { return call->host->answer_all(call, asked, answers, count); };
    host.service = [](const char*) -> const void* { return nullptr; };
    return host;
  }

  adomcp_status answer_all(adomcp_call* call, const adomcp_ado_request* const* in,
                           adomcp_ado_response* const* out, uint32_t count) {
    ++rounds;
    adomcp_status first = ADOMCP_OK;
    for (uint32_t i = 0; i < count; ++i) {
      answer_one(call, *in[i], *out[i]);
      if (first == ADOMCP_OK) first = out[i]->status;
    }
    return first;
  }

  void answer_one(adomcp_call* call, const adomcp_ado_request& from, adomcp_ado_response& to) {
    SentRequest request{text(from.method),        text(from.service),
                        text(from.path),          text(from.query),
                        text(from.accept),        text(from.body),
                        text(from.content_type),  from.max_bytes,
                        from.on_chunk != nullptr, rounds};
    requests.push_back(request);
    const auto found = handlers_.find(request.method + " " + request.path);
    Canned canned = Canned::failed(ADOMCP_NOT_FOUND, 404, "There is no such thing.");
    if (found != handlers_.end()) {
      canned = found->second(request);
    } else if (fallback) {
      canned = fallback(request);
    }
    to.status = canned.status;
    to.http_status = canned.http_status;
    to.error = keep(call, canned.error);
    to.continuation_token = keep(call, canned.continuation_token);
    std::string body = canned.body;
    if (from.max_bytes > 0 && body.size() > from.max_bytes) {
      body.resize(from.max_bytes);
      to.truncated = 1;
    }
    if (from.on_chunk == nullptr) {
      to.body = keep(call, std::move(body));
      return;
    }
    for (std::size_t at = 0; at < body.size(); at += piece_size) {
      const std::size_t size = std::min(piece_size, body.size() - at);
      if (from.on_chunk(from.user, {body.data() + at, size}) != ADOMCP_OK) {
        to.truncated = 1;
        return;
      }
    }
  }

  void* handle_ = nullptr;
  const adomcp_plugin* plugin_ = nullptr;
  std::map<std::string, Handler> handlers_;
};
