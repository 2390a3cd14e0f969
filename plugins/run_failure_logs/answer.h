#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "gather.h"

namespace adomcp::failure_logs {

constexpr std::size_t kMinBytes = 2048;
constexpr std::size_t kDefaultBytes = 16384;
constexpr std::size_t kMaxBytes = 65536;
constexpr std::size_t kNoticeBytes = 320;  ///< of these, what the host's notice takes

/// The answer of get_run_failure_logs: a told::Explanation as JSON, which takes at most
/// `max_bytes` as compact JSON. Pure. Log evidence shares what the other parts leave, fairly.
nlohmann::json compose(const Gathered& gathered, const Sections& sections, std::size_t max_bytes);

}  // namespace adomcp::failure_logs
