#include "plugin_host/call/running_call.h"

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

#include "core/text.h"
#include "plugin_host/call/call_handle.h"
#include "plugin_host/plugin_log.h"

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

}  // namespace

void log_without_call(std::int32_t level, std::string_view message) {
  BoundedLog* const current = LogScope::current();
  if (current == nullptr) return log_stray(level, message);
  current->write(level, message);
}

std::shared_ptr<Call> running_call(const adomcp_call* handle, std::string_view function) {
  auto found = CallHandle::find(handle);
  if (found == nullptr) {
    log_without_call(ADOMCP_WARN, std::string(function) + "() came after its call was over");
  }
  return found;
}

}  // namespace adomcp::plugin_host
