#pragma once

#include <string>
#include <string_view>

namespace adomcp::failure_logs {

/// A message about a lost machine without what only tells which machine it was and when: names of
/// agents, numbers of machines, requests and sessions, GUIDs, times, and how full a disk was. Every
/// other number stays, as it may be what went wrong: an exit code, a status, an error's number, an
/// image's version, a limit.
std::string without_machines(std::string_view message);

}  // namespace adomcp::failure_logs
