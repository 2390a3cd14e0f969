#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

namespace adomcp::failure_logs {

/// Cuts the texts within `value`, the longest first and none below `least` bytes, until it takes at
/// most `max_bytes` as compact JSON or there is nothing left to cut. A link is whole or left out.
/// Tells whether anything was cut. Pure.
bool shorten_texts(nlohmann::json& value, std::size_t max_bytes, std::size_t least);

}  // namespace adomcp::failure_logs
