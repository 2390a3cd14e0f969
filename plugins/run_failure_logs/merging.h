#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "timeline.h"

namespace adomcp::failure_logs {

/// Root causes that are one: their indexes, in order. A cause without an equal is a group of one.
using Group = std::vector<std::size_t>;

/// The machine or the time was lost, and a message says so: it is one cause wherever it hit. A
/// task's own time limit is the task's.
bool is_machines(const RootCause& root);

/// The ids of the logs to read, at most `most`: one of each cause that differs by task or message,
/// then a second one of each, and so on. Six logs of one error tell no more than one. With
/// `wanted`, that log alone, if it is a failure's.
std::vector<std::int64_t> choose_logs(const std::vector<RootCause>& roots, std::size_t most,
                                      std::int64_t wanted);

/// Groups causes with equal task, kind, attempt and messages, if `verdict` gives the same for them
/// too: what their logs say. Those whose verdict is empty, as nobody read their logs, join the
/// others of their kind where these agree. Where a machine or the time was lost and a message says
/// so, neither task nor log tells causes apart, nor the agent's name. The group of `wanted`, which
/// nothing joins, comes first; of more than a few groups, one of each message comes before a second
/// one of any.
std::vector<Group> merge_equal(const std::vector<RootCause>& roots,
                               const std::function<std::string(const RootCause&)>& verdict,
                               std::int64_t wanted);

/// Downstream entries with equal reasons, where there are more than three.
std::vector<Group> merge_equal(const std::vector<Downstream>& entries);

}  // namespace adomcp::failure_logs
