#pragma once

#include <memory>
#include <vector>

#include "audit/sink.h"
#include "core/clock.h"
#include "core/settings.h"
#include "net/http_client.h"

namespace spdlog {
class logger;
}

namespace adomcp::audit {

/// The sinks that settings ask for; "stdout" writes to `stdout_fd`. Throws std::runtime_error for
/// what can't be opened. `clock` must outlive them; `log` may be null.
std::vector<std::unique_ptr<Sink>> make_sinks(const AuditSettings& settings, int stdout_fd,
                                              const Clock& clock, const net::HttpClient& http,
                                              const std::shared_ptr<spdlog::logger>& log);

/// What make_sinks would refuse, without taking a file away from a host that is running.
Status check_sinks(const AuditSettings& settings);

}  // namespace adomcp::audit
