#include "observe/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>

#include "core/bounded_writer.h"
#include "core/json.h"
#include "core/trace_mark.h"
#include "observe/logging.h"

namespace adomcp::observe {
namespace {

constexpr std::chrono::milliseconds kPatience{250};

/// Standard error. A reader who stands still must not hold up whoever has something to say: one
/// line waits a little, those that follow are left out, and it is said how many.
class ErrorOutput final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    const auto until =
        stalled_ ? Deadline(Deadline::Clock::time_point::min()) : Deadline::after(kPatience);
    stalled_ = true;
    if (!send(until)) {
      ++left_out_;
      return;
    }
    if (left_out_ > 0) {
      rest_ = left_out_line();
      left_out_ = 0;
    }
    rest_.append(formatted.data(), formatted.size());
    stalled_ = !send(until);
  }

  void flush_() override {}

 private:
  std::string left_out_line() {
    const std::string text =
        std::to_string(left_out_) + " log lines were left out: nobody read them in time";
    spdlog::memory_buf_t formatted;
    formatter_->format({"adomcp", spdlog::level::warn, text}, formatted);
    return {formatted.data(), formatted.size()};
  }

  /// What is left of the lines before; false when some of it still is.
  bool send(Deadline until) {
    const auto written = writer_.write(rest_, until);
    rest_.erase(0, written.bytes);
    return written.error == 0;
  }

  BoundedWriter writer_{STDERR_FILENO};
  std::string rest_;
  std::uint64_t left_out_ = 0;
  bool stalled_ = false;
};

constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";

/// A line as one JSON object.
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    spdlog::memory_buf_t time;
    time_.format(message, time);
    const auto level = spdlog::level::to_string_view(message.level);
    std::string_view text(message.payload.data(), message.payload.size());
    const std::string_view trace = take_trace(text);
    std::string line = R"({"time":")" + std::string(time.data(), time.size()) + R"(","level":")" +
                       std::string(level.data(), level.size()) + R"(","message":)" + quote(text);
    if (!trace.empty()) line += R"(,"trace_id":")" + std::string(trace) + '"';
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }

 private:
  /// The id at the end of `text`, which loses it; empty when there is none.
  static std::string_view take_trace(std::string_view& text) {
    constexpr std::size_t kDigits = 32;
    const auto at = text.rfind(kTraceMark);
    if (at == text.npos || text.size() - at != kTraceMark.size() + kDigits) return {};
    const auto id = text.substr(at + kTraceMark.size());
    if (id.find_first_not_of("0123456789abcdef") != id.npos) return {};
    text = text.substr(0, at);
    return id;
  }

  spdlog::pattern_formatter time_{"%Y-%m-%dT%H:%M:%S.%e%z", spdlog::pattern_time_type::local, ""};
};

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(const std::string& level, bool json) {
  auto logger = std::make_shared<spdlog::logger>("adomcp", std::make_shared<ErrorOutput>());
  if (json) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_pattern(kPattern);
  }
  logger->set_level(spdlog::level::from_str(level));
  return logger;
}

}  // namespace adomcp::observe
