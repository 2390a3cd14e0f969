// adomcp/legacy.hpp - what MCP 2026-07-28 calls Deprecated: sampling, roots, logging to the client.
// Promised to nobody; a plugin that needs it may find it gone.
//
//   const adomcp::Answer said = adomcp::legacy::sample(call, "summary", params);
//   call.ask_all({adomcp::elicitation(…), adomcp::legacy::sampling("summary", params)});
#pragma once

#include <adomcp/legacy.h>
#include <adomcp/call.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::legacy {

namespace detail {

inline const adomcp_legacy* service() {
  return adomcp::detail::service<adomcp_legacy>(ADOMCP_LEGACY);
}
inline adomcp_status sample(adomcp_call* call, const Question& question, adomcp_str* answer) {
  const auto* const legacy = service();
  if (legacy == nullptr) return ADOMCP_UNSUPPORTED;
  return legacy->sample(call, str(question.key), str(question.params), answer);
}
inline adomcp_status roots(adomcp_call* call, const Question& question, adomcp_str* answer) {
  const auto* const legacy = service();
  if (legacy == nullptr) return ADOMCP_UNSUPPORTED;
  return legacy->roots(call, str(question.key), answer);
}

}  // namespace detail

/// For Call::ask_all(). `params`: of sampling/createMessage. The answer's json is its result.
inline Question sampling(std::string key, const Json& params) {
  return {std::move(key), {}, adomcp::sdk::json_text(params), detail::sample};
}
/// For Call::ask_all(). The answer's json is the result of roots/list: {"roots": […]}.
inline Question list_roots(std::string key) {
  return {std::move(key), {}, {}, detail::roots};
}

/// One question alone. As Call::elicit(), it ends the call where the client can't.
inline Answer sample(Call& call, std::string key, const Json& params) {
  const Question question = sampling(std::move(key), params);
  return call.ask_all({question}).at(question.key);
}
inline Answer roots(Call& call, std::string key) {
  const Question question = list_roots(std::move(key));
  return call.ask_all({question}).at(question.key);
}

/// A line for clients that asked for this level: "debug" to "emergency", as syslog has them.
inline void log(const Call& call, std::string_view level, std::string_view logger,
                const Json& data) {
  const auto* const legacy = detail::service();
  if (legacy == nullptr) return;
  legacy->log(call.handle(), str(level), str(logger), str(adomcp::sdk::json_text(data)));
}

}  // namespace adomcp::legacy
