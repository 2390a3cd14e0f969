#include "plugin_host/host_api.h"

#include <cstdio>
#include <string>

#include "plugin_host/call.h"
#include "plugin_host/plugin.h"

// The C functions that plugins call. Each looks at its pointers, keeps exceptions from crossing,
// and leaves the rest to Call.

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxStrayLine = 1024;

/// From a thread of the plugin's own, without a call: whose it is isn't known.
void log_stray(std::int32_t level, std::string_view message) {
  if (level < ADOMCP_WARN) return;
  const std::string line = "[plugin thread] " + escape_for_log(message, kMaxStrayLine) + "\n";
  std::fputs(line.c_str(), stderr);
}

void log(adomcp_call* call, std::int32_t level, adomcp_str message) noexcept {
  try {
    if (call != nullptr) return Call::from(call).log(level, view_of(message));
    const PluginLog* current = LogScope::current();
    if (current == nullptr) return log_stray(level, view_of(message));
    current->write(level, view_of(message));
  } catch (...) {  // a line lost is better than a plugin unwound
    return;
  }
}

adomcp_status interrupted(const adomcp_call* call) noexcept {
  return call == nullptr ? ADOMCP_CANCELLED : Call::from(call).interrupted();
}

std::int64_t remaining_ms(const adomcp_call* call) noexcept {
  return call == nullptr ? 0 : Call::from(call).remaining_ms();
}

void reply(adomcp_call* call, adomcp_str text, adomcp_str structured_json) noexcept {
  if (call == nullptr) return;
  try {
    Call::from(call).reply(view_of(text), view_of(structured_json));
  } catch (...) {  // out of memory: without a reply the call fails
    return;
  }
}

void note(adomcp_call* call, adomcp_str key, adomcp_str value) noexcept {
  if (call == nullptr) return;
  try {
    Call::from(call).note(view_of(key), view_of(value));
  } catch (...) {  // out of memory: the audit shows less
    return;
  }
}

adomcp_status ado(adomcp_call* call, const adomcp_ado_request* const* requests,
                  adomcp_ado_response* const* responses, std::uint32_t count) noexcept {
  if (call == nullptr || requests == nullptr || responses == nullptr) {
    return ADOMCP_INVALID_ARGUMENT;
  }
  try {
    return Call::from(call).ado(requests, responses, count);
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

const void* service(const char*) noexcept {
  return nullptr;
}

constexpr adomcp_host kHost = {sizeof(adomcp_host),
                               ADOMCP_ABI_MAJOR,
                               ADOMCP_ABI_MINOR,
                               log,
                               interrupted,
                               remaining_ms,
                               reply,
                               note,
                               ado,
                               service};

}  // namespace

const adomcp_host& host_api() {
  return kHost;
}

}  // namespace adomcp::plugin_host
