#include "plugin_host/host_api.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "plugin_host/ado_bridge.h"
#include "plugin_host/call.h"
#include "plugin_host/call_handle.h"
#include "plugin_host/plugin.h"

// The C functions that plugins call. Each looks at its pointers, keeps exceptions from crossing,
// and leaves the rest to Call.

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxStrayLine = 1024;
constexpr std::uint32_t kMaxStrayLines = 100;  // a minute

/// Whether one more line may be written this minute.
bool stray_line_fits() {
  static std::mutex mutex;  // guards what follows
  static std::chrono::steady_clock::time_point since;
  static std::uint32_t lines = 0;
  const std::lock_guard lock(mutex);
  const auto now = std::chrono::steady_clock::now();
  if (now - since > std::chrono::minutes(1)) {
    since = now;
    lines = 0;
  }
  return ++lines <= kMaxStrayLines;
}

/// From a thread of the plugin's own, without a call: whose it is isn't known.
void log_stray(std::int32_t level, std::string_view message) {
  if (level < ADOMCP_WARN || !stray_line_fits()) return;
  const std::string line = "[plugin thread] " + escape_for_log(message, kMaxStrayLine) + "\n";
  std::fputs(line.c_str(), stderr);
}

void log_without_call(std::int32_t level, std::string_view message) {
  BoundedLog* const current = LogScope::current();
  if (current == nullptr) return log_stray(level, message);
  current->write(level, message);
}

/// The call of a handle that a plugin gave; null, and a line in the log, when it is over.
std::shared_ptr<Call> running(adomcp_call* handle, const char* function) {
  auto found = CallHandle::find(handle);
  if (found == nullptr) {
    log_without_call(ADOMCP_WARN, std::string(function) + "() came after its call was over");
  }
  return found;
}

void log(adomcp_call* call, std::int32_t level, adomcp_str message) noexcept {
  try {
    const auto found = CallHandle::find(call);
    if (found == nullptr) return log_without_call(level, view_of(message));
    found->log(level, view_of(message));
  } catch (...) {  // a line lost is better than a plugin unwound
    return;
  }
}

adomcp_status interrupted(const adomcp_call* call) noexcept {
  try {
    const auto found = CallHandle::find(call);
    return found == nullptr ? ADOMCP_CANCELLED : found->interrupted();
  } catch (...) {
    return ADOMCP_CANCELLED;
  }
}

std::int64_t remaining_ms(const adomcp_call* call) noexcept {
  try {
    const auto found = CallHandle::find(call);
    return found == nullptr ? 0 : found->remaining_ms();
  } catch (...) {
    return 0;
  }
}

void reply(adomcp_call* call, adomcp_str text, adomcp_str structured_json) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running(call, "reply")) {
      found->reply(view_of(text), view_of(structured_json));
    }
  } catch (...) {  // out of memory: without a reply the call fails
    return;
  }
}

void note(adomcp_call* call, adomcp_str key, adomcp_str value) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running(call, "note")) found->note(view_of(key), view_of(value));
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
    if (const auto found = running(call, "ado")) return found->ado(requests, responses, count);
    return lend_error_to_all(ADOMCP_CANCELLED, kCallIsOver, responses, count);
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

const void* service(const char*) noexcept {
  return nullptr;
}

void progress(adomcp_call*, double, double, adomcp_str) noexcept {}

void content(adomcp_call*, adomcp_str) noexcept {}

constexpr adomcp_host kHost = {sizeof(adomcp_host),
                               ADOMCP_ABI_MAJOR,
                               ADOMCP_ABI_MINOR,
                               log,
                               interrupted,
                               remaining_ms,
                               reply,
                               note,
                               ado,
                               service,
                               progress,
                               content};

}  // namespace

const adomcp_host& host_api() {
  return kHost;
}

}  // namespace adomcp::plugin_host
