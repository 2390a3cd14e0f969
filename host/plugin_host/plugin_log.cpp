#include "plugin_host/plugin_log.h"

#include <adomcp/plugin.h>
#include <utility>

#include "core/cleaning.h"
#include "core/text.h"
#include "observe/logging.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kMaxLine = 4096;
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

void append_hex(std::string& out, unsigned char byte) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

}  // namespace

std::string escape_for_log(std::string_view text, std::size_t max_bytes) {
  const std::string_view kept = truncate_utf8(text, max_bytes);
  const bool well_formed = is_utf8(kept);
  std::string out;
  out.reserve(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto byte = static_cast<unsigned char>(kept[i]);
    // U+0080 to U+009F are control characters too; in UTF-8 they begin with C2.
    const bool c1 =
        byte == 0xC2 && i + 1 < kept.size() && static_cast<unsigned char>(kept[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !well_formed)) {
      append_hex(out, byte);
    } else if (c1) {
      append_hex(out, byte);
      append_hex(out, static_cast<unsigned char>(kept[++i]));
    } else {
      out += kept[i];
    }
  }
  if (kept.size() < text.size()) out += " [cut]";
  return out;
}

PluginLog::PluginLog(std::string plugin, std::shared_ptr<spdlog::logger> logger)
    : plugin_(std::move(plugin)), logger_(std::move(logger)) {}

void PluginLog::write(std::int32_t level, std::string_view message) const {
  if (!logger_->should_log(to_level(level))) return;
  // Plugins log what logs and answers say, secrets included.
  const std::string cleaned = clean(message.substr(0, 2 * kMaxLine));
  logger_->log(to_level(level), "[{}] {}", plugin_, escape_for_log(cleaned, kMaxLine));
}

void BoundedLog::write(std::int32_t level, std::string_view message) {
  const std::uint32_t line = lines_.fetch_add(1);
  if (line < kMaxLogLines) return log_.write(level, message);
  if (line == kMaxLogLines) log_.write(ADOMCP_WARN, "more log lines of this call are dropped");
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
