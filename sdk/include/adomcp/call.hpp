// adomcp/call.hpp - what a handler gets: its arguments, requests to Azure DevOps, and the ways to
// the client that called. Part of plugin.hpp; input.hpp tells more of questions, content.hpp of
// blocks.
#pragma once

#include <adomcp/input.h>
#include <adomcp/plugin.h>
#include <adomcp/content.hpp>
#include <adomcp/input.hpp>
#include <adomcp/separate.hpp>

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp {

constexpr adomcp_str str(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view view(adomcp_str text) {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

/// The tool failed for a reason that a person can act on; `what()` goes to the client.
class ToolError : public std::runtime_error {
 public:
  explicit ToolError(const std::string& message, adomcp_status status = ADOMCP_TOOL_ERROR)
      : std::runtime_error(message), status_(status) {}
  adomcp_status status() const { return status_; }

 private:
  adomcp_status status_;
};

/// One Azure DevOps request; plugin.h says what each field means.
struct AdoRequest {
  std::string path;
  std::string query = {};
  std::string service = "dev";
  std::string method = "GET";
  std::string project = {};  ///< empty: the call's own
  std::string organization = {};
  std::string accept = {};
  std::string content_type = {};
  std::string body = {};
  std::uint64_t max_bytes = 0;
  std::uint32_t timeout_ms = 0;
  std::function<bool(std::string_view)> on_chunk = {};  ///< false stops; may run on any thread
};

struct AdoResponse {
  adomcp_status status = ADOMCP_INTERNAL;
  int http_status = 0;
  bool truncated = false;
  std::string body;
  std::string continuation_token;
  std::string error;

  bool ok() const { return status == ADOMCP_OK; }
  /// The body as JSON; throws ToolError when the request failed or the body isn't JSON.
  Json json() const;
};

namespace detail {
// Set once in start(), before any call; hidden, so that each plugin has its own.
inline const adomcp_host* host = nullptr;
inline std::string settings = "{}";

/// One of the host's services by its id; null on a host without it.
template <class Service>
const Service* service(const char* id) {
  return host == nullptr ? nullptr : static_cast<const Service*>(host->service(id));
}

/// What a handler is called with; throws when it isn't JSON.
ADOMCP_SDK_FUNCTION Json request_json(adomcp_str request);
}  // namespace detail

/// The plugin's `settings:` from the YAML.
ADOMCP_SDK_FUNCTION Json settings();

/// One call of a tool or of what else the plugin offers. Use it on the thread that entered the
/// handler, and not after it returned.
class Call {
 public:
  Call(adomcp_call* handle, Json arguments) : args(std::move(arguments)), handle_(handle) {}

  const Json args;  ///< of a tool validated against the input schema

  bool has(const char* key) const { return args.contains(key) && !args[key].is_null(); }
  std::string text(const char* key, const std::string& otherwise = {}) const {
    return has(key) ? args[key].get<std::string>() : otherwise;
  }
  std::int64_t integer(const char* key, std::int64_t otherwise = 0) const {
    return has(key) ? args[key].get<std::int64_t>() : otherwise;
  }

  /// Sends one request; look at `status` or call `.json()`, which throws when it failed.
  AdoResponse send(const AdoRequest& request) { return send_all({request}).front(); }
  /// Independent requests side by side; answers in the same order.
  std::vector<AdoResponse> send_all(const std::vector<AdoRequest>& requests);
  Json get(std::string path, std::string query = {}) {
    AdoRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    return send(request).json();
  }

  /// Throws when the caller went away or the deadline passed. Call it in every long loop.
  void check() const {
    const adomcp_status status = detail::host->interrupted(handle_);
    if (status != ADOMCP_OK) throw ToolError("The call was interrupted.", status);
  }
  std::int64_t remaining_ms() const { return detail::host->remaining_ms(handle_); }
  void log(std::int32_t level, std::string_view message) const {
    detail::host->log(handle_, level, str(message));
  }
  /// A fact for the audit: run_id, pipeline_id, pipeline_name or result_count.
  void note(std::string_view key, std::string_view value) {
    detail::host->note(handle_, str(key), str(value));
  }
  void note(std::string_view key, std::int64_t value) { note(key, std::to_string(value)); }

  /// How far it is, for clients that show it: `done` grows with each call; total 0: not known. May
  /// be called on any thread.
  void progress(double done, double total = 0, std::string_view message = {}) const;
  /// One more block of a tool's result, in order; the text that the handler returns comes before
  /// them. False: the host is older than blocks, so say it in the text.
  bool content(const Block& block);

  /// Asks the person behind the client; input.hpp tells how. Ends the call as unsupported where the
  /// client can't be asked.
  Answer elicit(std::string key, std::string message, std::string_view requested_schema);
  /// The same; nothing where the client can't be asked.
  std::optional<Answer> try_elicit(std::string key, std::string message,
                                   std::string_view requested_schema);
  /// Several questions at once: one round instead of one each.
  Answers ask_all(const std::vector<Question>& questions);

  /// Up to 8 KiB that the handler finds again when it runs again after a question. Sealed: the
  /// client can neither read nor change it.
  void keep(std::string_view state);
  std::string kept() const;  ///< empty in the first round

  adomcp_call* handle() const { return handle_; }  ///< for the functions of the C headers

 private:
  adomcp_call* handle_;
};

namespace detail {

ADOMCP_SDK_FUNCTION adomcp_status forward_piece(void* user, adomcp_str piece);

ADOMCP_SDK_FUNCTION adomcp_ado_request to_c(const AdoRequest& from);

}  // namespace detail

namespace detail {

ADOMCP_SDK_FUNCTION adomcp_status ask_person(adomcp_call* call, const Question& question,
                                             adomcp_str* answer);

/// Nothing: asked, or the client can't be; `status` tells which. Throws what ends the call at once.
ADOMCP_SDK_FUNCTION std::optional<Answer> ask(adomcp_call* call, const Question& question,
                                              adomcp_status& status);

}  // namespace detail

}  // namespace adomcp

#if ADOMCP_SDK_BODIES

namespace adomcp {

ADOMCP_SDK_FUNCTION Json settings() {
  return Json::parse(detail::settings);
}

ADOMCP_SDK_FUNCTION Json AdoResponse::json() const {
  if (!ok()) throw ToolError(error.empty() ? "Azure DevOps could not be asked." : error, status);
  Json parsed = Json::parse(body, nullptr, false);
  if (parsed.is_discarded()) {
    throw ToolError("Azure DevOps sent an answer that is not JSON.", ADOMCP_UNAVAILABLE);
  }
  return parsed;
}

ADOMCP_SDK_FUNCTION std::vector<AdoResponse> Call::send_all(
    const std::vector<AdoRequest>& requests) {
  std::vector<adomcp_ado_request> out;
  std::vector<adomcp_ado_response> in(requests.size());
  out.reserve(requests.size());
  for (const auto& request : requests) out.push_back(detail::to_c(request));
  std::vector<const adomcp_ado_request*> out_pointers;
  std::vector<adomcp_ado_response*> in_pointers;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    in[i].struct_size = sizeof(adomcp_ado_response);
    out_pointers.push_back(&out[i]);
    in_pointers.push_back(&in[i]);
  }
  detail::host->ado(handle_, out_pointers.data(), in_pointers.data(),
                    static_cast<std::uint32_t>(requests.size()));
  std::vector<AdoResponse> answers;
  answers.reserve(in.size());
  for (const auto& from : in) {
    answers.push_back({from.status, from.http_status, from.truncated != 0,
                       std::string(view(from.body)), std::string(view(from.continuation_token)),
                       std::string(view(from.error))});
  }
  return answers;
}

ADOMCP_SDK_FUNCTION void Call::progress(double done, double total, std::string_view message) const {
  if (ADOMCP_HAS(detail::host, progress)) {
    detail::host->progress(handle_, done, total, str(message));
  }
}

ADOMCP_SDK_FUNCTION bool Call::content(const Block& block) {
  if (!ADOMCP_HAS(detail::host, content)) return false;
  detail::host->content(handle_, str(sdk::json_text(block.json)));
  return true;
}

ADOMCP_SDK_FUNCTION Question elicitation(std::string key, std::string message,
                                         std::string_view requested_schema) {
  return {std::move(key), std::move(message), std::string(requested_schema), detail::ask_person};
}

ADOMCP_SDK_FUNCTION Answers Call::ask_all(const std::vector<Question>& questions) {
  Answers answers;
  bool wait = false;
  for (const Question& question : questions) {
    adomcp_status status = ADOMCP_OK;
    auto answer = detail::ask(handle_, question, status);
    if (answer) answers.emplace(question.key, std::move(*answer));
    if (status == ADOMCP_UNSUPPORTED && !question.optional) throw detail::Leave{status};
    wait = wait || status == ADOMCP_INPUT_REQUIRED;
  }
  if (wait) throw detail::Leave{ADOMCP_INPUT_REQUIRED};
  return answers;
}

ADOMCP_SDK_FUNCTION Answer Call::elicit(std::string key, std::string message,
                                        std::string_view requested_schema) {
  const Question question = elicitation(std::move(key), std::move(message), requested_schema);
  return ask_all({question}).at(question.key);
}

ADOMCP_SDK_FUNCTION std::optional<Answer> Call::try_elicit(std::string key, std::string message,
                                                           std::string_view requested_schema) {
  Question question = elicitation(std::move(key), std::move(message), requested_schema);
  question.optional = true;
  Answers answers = ask_all({question});
  if (answers.empty()) return std::nullopt;
  return std::move(answers.begin()->second);
}

ADOMCP_SDK_FUNCTION void Call::keep(std::string_view state) {
  const auto* const input = detail::service<adomcp_input>(ADOMCP_INPUT);
  if (input == nullptr) return;  // nor can anything be asked that there would be a next round of
  if (input->keep(handle_, str(state)) == ADOMCP_OK) return;
  throw std::logic_error("the host can't keep " + std::to_string(state.size()) + " bytes");
}

ADOMCP_SDK_FUNCTION std::string Call::kept() const {
  const auto* const input = detail::service<adomcp_input>(ADOMCP_INPUT);
  return input == nullptr ? std::string() : std::string(view(input->kept(handle_)));
}

}  // namespace adomcp

namespace adomcp::detail {

ADOMCP_SDK_FUNCTION Json request_json(adomcp_str request) {
  return request.size == 0 ? Json::object() : Json::parse(view(request));
}

ADOMCP_SDK_FUNCTION adomcp_status forward_piece(void* user, adomcp_str piece) {
  try {
    const auto& on_chunk = *static_cast<const std::function<bool(std::string_view)>*>(user);
    return on_chunk(view(piece)) ? ADOMCP_OK : ADOMCP_CANCELLED;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

ADOMCP_SDK_FUNCTION adomcp_ado_request to_c(const AdoRequest& from) {
  adomcp_ado_request to{};
  to.struct_size = sizeof(to);
  to.timeout_ms = from.timeout_ms;
  to.max_bytes = from.max_bytes;
  to.method = str(from.method);
  to.service = str(from.service);
  to.organization = str(from.organization);
  to.project = str(from.project);
  to.path = str(from.path);
  to.query = str(from.query);
  to.accept = str(from.accept);
  to.content_type = str(from.content_type);
  to.body = str(from.body);
  if (from.on_chunk) {
    to.on_chunk = forward_piece;
    to.user = const_cast<std::function<bool(std::string_view)>*>(&from.on_chunk);
  }
  return to;
}

ADOMCP_SDK_FUNCTION adomcp_status ask_person(adomcp_call* call, const Question& question,
                                             adomcp_str* answer) {
  const auto* const input = service<adomcp_input>(ADOMCP_INPUT);
  if (input == nullptr) return ADOMCP_UNSUPPORTED;
  return input->elicit(call, str(question.key), str(question.message), str(question.params),
                       answer);
}

ADOMCP_SDK_FUNCTION std::optional<Answer> ask(adomcp_call* call, const Question& question,
                                              adomcp_status& status) {
  adomcp_str answer{};
  status = question.ask(call, question, &answer);
  switch (status) {
    case ADOMCP_OK:
      return Answer{Json::parse(view(answer))};
    case ADOMCP_INPUT_REQUIRED:
    case ADOMCP_UNSUPPORTED:
      return std::nullopt;
    case ADOMCP_INVALID_ARGUMENT:
      throw std::logic_error("the host can't ask '" + question.key +
                             "': its key, its schema or its parameters are wrong");
    default:
      throw ToolError("The call was interrupted.", status);
  }
}

}  // namespace adomcp::detail

#endif
