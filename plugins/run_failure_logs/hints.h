#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gather.h"

namespace adomcp::failure_logs {

/// What of the findings made it into the answer.
struct Shown {
  std::size_t shown = 0;                    ///< root causes, merged ones counted each
  std::size_t unread = 0;                   ///< root causes whose log nobody tried to read
  const RootCause* unread_cause = nullptr;  ///< the first of these
  bool twin = false;                        ///< a log of an equal one of it was read
  std::int64_t busy_log = 0;                ///< a log that couldn't be had just now; 0: none
  bool cut = false;                         ///< something was left out
  bool full = false;                        ///< for want of bytes
};

/// The sentences of `next`: what state the run is in, and which call or page tells more.
std::vector<std::string> hints_for(const Gathered& in, const Shown& shown, std::size_t max_bytes);

}  // namespace adomcp::failure_logs
