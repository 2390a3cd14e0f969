#pragma once

#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace adomcp::observe {

/// Makes the process's log: lines on standard error, so that standard output is the audit's alone.
/// `level`: trace, debug, info, warn or error. `json`: each line is an object with time, level,
/// message, and trace_id where the message ends with one (core/trace_mark.h). Include
/// "observe/logging.h" where a line is written.
std::shared_ptr<spdlog::logger> make_logger(const std::string& level, bool json = false);

}  // namespace adomcp::observe
