#pragma once

#include <string>
#include <vector>

#include "core/settings.h"
#include "policy/access.h"

namespace spdlog {
class logger;
}

namespace adomcp::app {

/// What is allowed and seldom meant, one line each: without rules, everybody who can sign in may do
/// everything. Not refused, since who can sign in may be decided elsewhere, as by Entra's
/// assignment.
std::vector<std::string> access_warnings(const AuthSettings& auth, const policy::Access& access);

void log_access_warnings(spdlog::logger& log, const AuthSettings& auth,
                         const policy::Access& access);

}  // namespace adomcp::app
