#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace adomcp::failure_logs {

/// The messages, cleaned and each at most 600 bytes, as many as `max_bytes` of compact JSON hold;
/// when some didn't fit, or `left_out` more were said, the last entry says so. Pure.
std::vector<std::string> message_list(const std::vector<std::string>& messages,
                                      std::size_t max_bytes, std::size_t left_out = 0);

/// Whether that last entry is there.
bool is_cut(const std::vector<std::string>& list);

}  // namespace adomcp::failure_logs
