// adomcp/plugin.hpp - the C++ face of plugin.h: what a plugin author writes is
//
//   adomcp::Json hello(adomcp::Call& call) { return {{"greeting", "hello " + call.text("name")}}; }
//   constexpr adomcp_tool tools[] = {adomcp::tool<hello>("hello", "Hello", "Greets.",
//                                                        ADOMCP_READ_ONLY, kInput, kOutput)};
//   ADOMCP_PLUGIN("hello", "1.0.0", tools)
//
// arguments.hpp adds typed arguments, of which kInput is made. A handler returns the structured
// result as a JSON object, or throws ToolError. Nothing thrown crosses to the host. Handlers run on
// many threads at once: keep state out of globals.
#pragma once

#include <adomcp/plugin.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace adomcp {

using Json = nlohmann::json;

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
}  // namespace detail

/// The plugin's `settings:` from the YAML.
inline Json settings() {
  return Json::parse(detail::settings);
}

/// One tool call. Use it on the thread that entered the handler, and not after it returned.
class Call {
 public:
  Call(adomcp_call* handle, Json arguments) : args(std::move(arguments)), handle_(handle) {}

  const Json args;  ///< validated against the input schema

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

 private:
  adomcp_call* handle_;
};

inline Json AdoResponse::json() const {
  if (!ok()) throw ToolError(error.empty() ? "Azure DevOps could not be asked." : error, status);
  Json parsed = Json::parse(body, nullptr, false);
  if (parsed.is_discarded()) {
    throw ToolError("Azure DevOps sent an answer that is not JSON.", ADOMCP_UNAVAILABLE);
  }
  return parsed;
}

namespace detail {

inline adomcp_status forward_piece(void* user, adomcp_str piece) {
  try {
    const auto& on_chunk = *static_cast<const std::function<bool(std::string_view)>*>(user);
    return on_chunk(view(piece)) ? ADOMCP_OK : ADOMCP_CANCELLED;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

inline adomcp_ado_request to_c(const AdoRequest& from) {
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

inline void reply_json(adomcp_call* call, const Json& result) {
  const std::string text = result.dump(-1, ' ', false, Json::error_handler_t::replace);
  host->reply(call, adomcp_str{}, str(text));
}

/// Runs a handler and turns whatever it throws into a reply and a status.
template <auto Handler>
adomcp_status trampoline(void*, adomcp_call* handle, adomcp_str arguments) noexcept {
  try {
    Call call(handle, Json::parse(view(arguments)));
    reply_json(handle, Handler(call));
    return ADOMCP_OK;
  } catch (const ToolError& error) {
    host->reply(handle, str(error.what()), adomcp_str{});
    return error.status();
  } catch (const std::exception& error) {
    host->log(handle, ADOMCP_ERROR, str(error.what()));
    return ADOMCP_INTERNAL;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

inline adomcp_status start(const adomcp_host* from, adomcp_str settings_json, void**) noexcept {
  try {
    host = from;
    settings = std::string(view(settings_json));
    return ADOMCP_OK;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

inline void stop(void*) noexcept {}

/// Whether it stands in JSON as it is, and is something.
constexpr bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return !text.empty();
}

}  // namespace detail

inline std::vector<AdoResponse> Call::send_all(const std::vector<AdoRequest>& requests) {
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

/// One entry of a plugin's tool table, with a schema written by hand; arguments.hpp writes it from
/// typed arguments. An empty `output_schema` declares none.
template <auto Handler, std::enable_if_t<std::is_invocable_v<decltype(Handler), Call&>, int> = 0>
constexpr adomcp_tool tool(std::string_view name, std::string_view title,
                           std::string_view description, std::uint32_t flags,
                           std::string_view input_schema, std::string_view output_schema = {}) {
  return {sizeof(adomcp_tool), flags,
          str(name),           str(title),
          str(description),    str(input_schema),
          str(output_schema),  detail::trampoline<Handler>};
}

}  // namespace adomcp

/// Defines the one exported symbol, and the metadata beside it. The id and the version are string
/// literals. `tools` is a constexpr array of adomcp_tool.
#define ADOMCP_PLUGIN(plugin_id, plugin_version, tools)                                      \
  static_assert(                                                                             \
      adomcp::detail::is_plain(plugin_id "") && adomcp::detail::is_plain(plugin_version ""), \
      "ADOMCP_PLUGIN: id and version are string literals, printable ASCII "                  \
      "without quotes and backslashes");                                                     \
  ADOMCP_METADATA(plugin_id, plugin_version);                                                \
  extern "C" __attribute__((visibility("default"))) const adomcp_plugin adomcp_plugin_v0 = { \
      sizeof(adomcp_plugin),                                                                 \
      ADOMCP_ABI_MAJOR,                                                                      \
      ADOMCP_ABI_MINOR,                                                                      \
      adomcp::str(plugin_id),                                                                \
      adomcp::str(plugin_version),                                                           \
      adomcp::str(__VERSION__),                                                              \
      sizeof(tools) / sizeof((tools)[0]),                                                    \
      [](uint32_t index) -> const adomcp_tool* { return &(tools)[index]; },                  \
      adomcp::detail::start,                                                                 \
      adomcp::detail::stop};
