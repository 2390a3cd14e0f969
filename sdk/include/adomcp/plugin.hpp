// adomcp/plugin.hpp - the C++ face of plugin.h: what a plugin author writes is
//
//   adomcp::Json hello(adomcp::Call& call) { return {{"greeting", "hello " + call.text("name")}}; }
//   constexpr adomcp_tool tools[] = {adomcp::tool<hello>("hello", "Hello", "Greets.",
//                                                        ADOMCP_READ_ONLY, kInput, kOutput)};
//   ADOMCP_PLUGIN("hello", "1.0.0", tools)
//
// arguments.hpp adds typed arguments, of which kInput is made, and outputs.hpp a typed answer, of
// which kOutput is made. A handler returns that answer, or a JSON object, or text, or an object and
// text as a Reply, or nothing when its content blocks say it all; it fails by throwing ToolError.
// Nothing thrown crosses to the host. Handlers run on many threads at once: keep state out of
// globals.
//
// A plugin that also runs on older hosts says so before it includes this, and looks at what the
// host has before it uses what is newer:
//
//   #define ADOMCP_NEEDS_MINOR 1  // the oldest host's ABI is 0.1
#pragma once

#include <adomcp/plugin.h>
#include <adomcp/call.hpp>
#include <adomcp/content.hpp>
#include <adomcp/declaration.hpp>
#include <adomcp/input.hpp>
#include <adomcp/start.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace adomcp {

/// A result with words of its own beside the structured part; either may be missing.
struct Reply {
  std::string text;
  Json structured = nullptr;
};

namespace detail {

inline void reply(adomcp_call* call, const Reply& result) {
  const std::string structured =
      result.structured.is_null() ? std::string() : sdk::json_text(result.structured);
  host->reply(call, str(result.text), str(structured));
}

/// Runs `handler` and replies with what it returns: a typed answer, a JSON object, text, a Reply;
/// nothing stands for no words.
template <class Handler>
void run_and_reply(Call& call, const Handler& handler) {
  using Result = std::decay_t<std::invoke_result_t<Handler, Call&>>;
  if constexpr (std::is_void_v<Result>) {
    handler(call);
    reply(call.handle(), Reply{});
  } else if constexpr (std::is_same_v<Result, Reply>) {
    reply(call.handle(), handler(call));
  } else if constexpr (std::is_same_v<Result, std::string>) {
    reply(call.handle(), Reply{handler(call), nullptr});
  } else if constexpr (HasFields<Result>::value) {
    reply(call.handle(), Reply{{}, json_of(handler(call))});
  } else {
    static_assert(std::is_same_v<Result, Json>,
                  "a handler returns a struct with fields(), adomcp::Json, std::string, "
                  "adomcp::Reply or void");
    reply(call.handle(), Reply{{}, handler(call)});
  }
}

/// Runs a handler and turns whatever it throws into a reply and a status.
template <class Handler>
adomcp_status enter(adomcp_call* handle, adomcp_str request, const Handler& handler) noexcept {
  try {
    Call call(handle, request_json(request));
    run_and_reply(call, handler);
    return ADOMCP_OK;
  } catch (const Leave& leave) {
    return leave.status;
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

template <auto Handler>
adomcp_status trampoline(void*, adomcp_call* handle, adomcp_str arguments) noexcept {
  return enter(handle, arguments, Handler);
}

/// Whether it stands in JSON as it is, and is something.
constexpr bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  }
  return !text.empty();
}

template <class Tools>
constexpr std::uint32_t count_of(const Tools& tools) {
  return static_cast<std::uint32_t>(std::size(tools));
}
template <class Tools>
const adomcp_tool* tool_at(const Tools& tools, std::uint32_t index) {
  return index < std::size(tools) ? std::data(tools) + index : nullptr;
}

}  // namespace detail

/// One entry of a plugin's tool table, with a schema written by hand; arguments.hpp writes it from
/// typed arguments. An empty `output_schema` declares none.
template <auto Handler, std::enable_if_t<std::is_invocable_v<decltype(Handler), Call&>, int> = 0>
constexpr adomcp_tool tool(std::string_view name, std::string_view title,
                           std::string_view description, std::uint32_t flags,
                           std::string_view input_schema, std::string_view output_schema = {}) {
  return {sizeof(adomcp_tool),
          flags,
          str(name),
          str(title),
          str(description),
          str(input_schema),
          str(output_schema),
          detail::trampoline<Handler>,
          {},
          {}};
}

/// The tool with a `_meta` of its own: a JSON object as text. Which app shows it is said by
/// Start::link_app(), see ui.hpp.
constexpr adomcp_tool with_meta(adomcp_tool tool, std::string_view meta_json) {
  tool.meta_json = str(meta_json);
  return tool;
}
/// The tool with icons: a JSON list as text, see plugin.h.
constexpr adomcp_tool with_icons(adomcp_tool tool, std::string_view icons_json) {
  tool.icons_json = str(icons_json);
  return tool;
}

/// For a plugin that offers other things than tools.
constexpr std::array<adomcp_tool, 0> kNoTools{};

}  // namespace adomcp

/// Defines the one exported symbol, and the metadata beside it. The id and the version are string
/// literals. `tools` is a constexpr array of adomcp_tool.
#define ADOMCP_PLUGIN(plugin_id, plugin_version, tools) \
  ADOMCP_PLUGIN_STARTED_BY(plugin_id, plugin_version, tools, adomcp::detail::start)

/// The same; `declare` is a function that takes adomcp::Start& and says what else the plugin
/// offers, see start.hpp. It refuses to start by throwing; what() goes to the host's log.
#define ADOMCP_PLUGIN_WITH(plugin_id, plugin_version, tools, declare) \
  ADOMCP_PLUGIN_STARTED_BY(plugin_id, plugin_version, tools, adomcp::detail::start_with<declare>)

#define ADOMCP_PLUGIN_STARTED_BY(plugin_id, plugin_version, tools, start_function)           \
  static_assert(                                                                             \
      adomcp::detail::is_plain(plugin_id "") && adomcp::detail::is_plain(plugin_version ""), \
      "ADOMCP_PLUGIN: id and version are string literals, printable ASCII "                  \
      "without quotes and backslashes");                                                     \
  static_assert(ADOMCP_NEEDS_MINOR <= ADOMCP_ABI_MINOR,                                      \
                "ADOMCP_NEEDS_MINOR: this SDK has no such ABI yet");                         \
  ADOMCP_METADATA(plugin_id, plugin_version);                                                \
  extern "C" __attribute__((visibility("default"))) const adomcp_plugin adomcp_plugin_v0 = { \
      sizeof(adomcp_plugin),                                                                 \
      ADOMCP_ABI_MAJOR,                                                                      \
      ADOMCP_NEEDS_MINOR,                                                                    \
      adomcp::str(plugin_id),                                                                \
      adomcp::str(plugin_version),                                                           \
      adomcp::str(__VERSION__),                                                              \
      adomcp::detail::count_of(tools),                                                       \
      [](uint32_t index) { return adomcp::detail::tool_at(tools, index); },                  \
      start_function,                                                                        \
      adomcp::detail::stop};
