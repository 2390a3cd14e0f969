#include "observe/log.h"

#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>

#include "core/bounded_writer.h"
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
      rest_ = std::to_string(left_out_) + " log lines were left out: nobody read them in time\n";
      left_out_ = 0;
    }
    rest_.append(formatted.data(), formatted.size());
    stalled_ = !send(until);
  }

  void flush_() override {}

 private:
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

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("adomcp", std::make_shared<ErrorOutput>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(spdlog::level::from_str(level));
  return logger;
}

}  // namespace adomcp::observe
