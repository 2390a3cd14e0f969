#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "timeline.h"

namespace adomcp::failure_logs {

/// A text without what differs from run to run: times, durations, line numbers, ids, hashes,
/// folders of the agent, names of temporary files. What tells errors apart stays: codes of errors,
/// exits and statuses, numbers within names.
std::string stable_text(std::string_view text);

/// 16 hexadecimal digits, equal for the same failure in another run: same kind, task and reason. Of
/// a lost machine the task doesn't count.
std::string fingerprint_of(const RootCause& cause, std::string_view reason);

/// That of several failures together, whatever their order and number; of one it is that one's own.
std::string combined_fingerprint(std::vector<std::string> fingerprints);

}  // namespace adomcp::failure_logs
