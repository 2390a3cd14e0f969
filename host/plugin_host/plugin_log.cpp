#include "plugin_host/plugin_log.h"

#include <adomcp/plugin.h>
#include <utility>

#include "core/cleaning.h"
#include "core/text.h"
#include "core/trace_mark.h"
#include "observe/logging.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr std::size_t kMaxError = 512;
thread_local BoundedLog* current_log = nullptr;

spdlog::level::level_enum to_level(std::int32_t level) {
  switch (level) {
    case ADOMCP_DEBUG:
      return spdlog::level::debug;
    case ADOMCP_INFO:
      return spdlog::level::info;
    case ADOMCP_ERROR:
      return spdlog::level::err;
    default:
      return spdlog::level::warn;
  }
}

}  // namespace

PluginLog::PluginLog(std::string plugin, std::shared_ptr<spdlog::logger> logger)
    : plugin_(std::move(plugin)), logger_(std::move(logger)) {}

void PluginLog::write(std::int32_t level, std::string_view message, std::string_view mark) const {
  if (!logger_->should_log(to_level(level))) return;
  // Plugins log what logs and answers say, secrets included.
  const std::string cleaned = clean(message.substr(0, 2 * kMaxLine));
  const std::string text = escape_for_log(cleaned, kMaxLine);
  // Without a mark of its own, a blank keeps what the text ends with from being taken for one.
  const bool like_one = mark.empty() && text.find(kTraceMark) != text.npos;
  logger_->log(to_level(level), "[{}] {}{}", plugin_, text, like_one ? " " : mark);
}

void BoundedLog::write(std::int32_t level, std::string_view message) {
  if (level == ADOMCP_ERROR) {
    std::string error = escape_for_log(clean(message.substr(0, 2 * kMaxError)), kMaxError);
    const std::lock_guard lock(mutex_);
    last_error_ = std::move(error);
  }
  const std::uint32_t line = lines_.fetch_add(1);
  if (line < kMaxLogLines) return log_.write(level, message, mark_);
  if (line == kMaxLogLines) log_.write(ADOMCP_WARN, "more log lines of this call are dropped");
}

std::string BoundedLog::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_;
}

LogScope::LogScope(BoundedLog& log) : outer_(current_log) {
  current_log = &log;
}

LogScope::~LogScope() {
  current_log = outer_;
}

BoundedLog* LogScope::current() {
  return current_log;
}

}  // namespace adomcp::plugin_host
