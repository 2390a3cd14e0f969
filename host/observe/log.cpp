#include "observe/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace adomcp::observe {

std::shared_ptr<spdlog::logger> make_logger(const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>("adomcp", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(spdlog::level::from_str(level));
  return logger;
}

}  // namespace adomcp::observe
