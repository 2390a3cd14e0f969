#pragma once

#include <memory>
#include <vector>

#include "app/app.h"
#include "audit/sink.h"
#include "azure_devops/upstream.h"
#include "core/clock.h"
#include "core/settings.h"
#include "inbound_auth/principal_reader.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/wire/result_writer.h"
#include "net/http_client.h"
#include "observe/metrics.h"
#include "telemetry/trace_exporter.h"

// What App's parts are made from. `clock` and `metrics` must outlive what is made.

namespace adomcp::app {

std::vector<azure_devops::Site> make_sites(const Settings& settings, const Clock& clock,
                                           const net::HttpClient& http);

azure_devops::UpstreamOptions upstream_options(observe::Metrics& metrics,
                                               const net::HttpClient& http);

/// Not open: the sinks are only looked at. Throws std::runtime_error where one can't be used.
std::vector<std::unique_ptr<audit::Sink>> make_sinks(const AuditSettings& settings, bool open,
                                                     int audit_fd, const Clock& clock,
                                                     const net::HttpClient& http,
                                                     const std::shared_ptr<spdlog::logger>& log);

/// Asks Microsoft Graph for the groups of people with too many for a token; empty where that isn't
/// wanted.
inbound_auth::GroupLookup make_group_lookup(const AuthSettings& settings, const Clock& clock,
                                            const net::HttpClient& http);

/// A descriptor for the audit's lines. Standard output becomes the audit's alone.
int audit_descriptor(AuditOutput output);

/// The sink that no call goes without.
std::string required_sink(const AuditSettings& settings, AuditOutput output);

mcp::ServerInfo server_info();

/// Null where no traces are sent.
std::shared_ptr<telemetry::TraceExporter> make_traces(const std::optional<TraceSettings>& settings,
                                                      const net::HttpClient& http,
                                                      observe::Metrics& metrics,
                                                      const std::shared_ptr<spdlog::logger>& log);

/// Local: the process is the one session, and its life.
mcp::LegacySessions::Limits session_limits(const LimitSettings& limits, bool local);

/// Where clients reach the endpoint on this machine.
std::string mcp_url(const ServerSettings& server, std::uint16_t port);

}  // namespace adomcp::app
