#pragma once

#include <cstddef>

#include "gather.h"
#include "told.h"

namespace adomcp::test_results {

constexpr std::size_t kMaxBytes = 16U << 10U;
constexpr std::size_t kNoticeBytes = 320;  ///< of these, what the host's notice takes

/// What is told, within `max_bytes` of JSON: stacks are cut first, then messages, then tests.
told::FailedTests compose(const Gathered& gathered, std::size_t max_bytes);

}  // namespace adomcp::test_results
