#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace adomcp::plugin_host {

/// Where one plugin's lines go, with its id before each. Thread-safe.
class PluginLog {
 public:
  PluginLog(std::string plugin, std::shared_ptr<spdlog::logger> logger);

  /// `level` as in plugin.h; an unknown one counts as a warning.
  /// `mark`: what the line ends with (core/trace_mark.h).
  void write(std::int32_t level, std::string_view message, std::string_view mark = {}) const;

 private:
  std::string plugin_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// So many lines of one call, start() or stop() are kept.
constexpr std::uint32_t kMaxLogLines = 256;

/// What one call, start() or stop() writes: the first kMaxLogLines lines, and that there were more.
/// Has a PluginLog of its own, because a late line must not need the plugin. Thread-safe.
class BoundedLog {
 public:
  /// `mark`: what each line ends with, the trace of a call.
  explicit BoundedLog(PluginLog log, std::string mark = {})
      : log_(std::move(log)), mark_(std::move(mark)) {}

  void write(std::int32_t level, std::string_view message);

  /// The last line of level error, cleaned; empty when there was none.
  std::string last_error() const;

 private:
  const PluginLog log_;
  const std::string mark_;
  std::atomic<std::uint32_t> lines_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::string last_error_;
};

/// While it lives, what a plugin logs on this thread without an adomcp_call goes to `log`.
class LogScope {
 public:
  explicit LogScope(BoundedLog& log);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;

  /// The innermost scope of this thread; null on a thread that the host didn't enter a plugin on.
  static BoundedLog* current();

 private:
  BoundedLog* outer_;
};

}  // namespace adomcp::plugin_host
