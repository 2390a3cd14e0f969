#include "config/server_section.h"

#include "config/files.h"
#include "config/forms.h"

namespace adomcp::config {
namespace {

constexpr const char* kFunctionsPort = "FUNCTIONS_CUSTOMHANDLER_PORT";

/// `off` is false to readers of YAML 1.1, so false is off.
bool read_sessions(const Field& field) {
  if (field.is_scalar() && field.node()->text == "false") return false;
  return field.choice({"off", "local"}).value_or("off") == "local";
}

}  // namespace

LegacySettings read_legacy(const Field& field, const Environment& environment, Problems& problems) {
  LegacySettings out;
  const Mapping legacy(field, "legacy", problems);
  const Field sessions = legacy["sessions"];
  out.sessions = read_sessions(sessions);
  if (out.sessions && !variable(environment, kFunctionsPort).empty()) {
    sessions.complain(
        std::string("cannot be local on Functions, where the next request may reach another "
                    "process; ") +
        kFunctionsPort + " is set. Leave it off");
  }
  return out;
}

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMostStreams = 100000;
constexpr milliseconds kOldestStream = std::chrono::hours(24);

void read_listen(const Field& field, ServerSettings& out) {
  const auto text = field.text();
  if (!text) return;
  const auto listen = parse_listen(*text);
  if (!listen) {
    return field.complain(
        "must be an IP address and a port, like 127.0.0.1:7071 or [::1]:7071, not " +
        field.shown());
  }
  out.host = listen->first;
  out.port = listen->second;
}

void read_public_url(const Field& field, ServerSettings& out) {
  const auto text = field.text(true);
  if (!text || text->empty()) return;
  const auto url = parse_base_url(*text);
  if (!url) {
    field.complain(
        "must be an https URL (http for a loopback host) without user, query and fragment");
  }
  out.public_url = url.value_or(*text);  // there, so that nobody says that it is missing
}

std::string read_pem(const Field& field, const std::string& folder) {
  const auto text = field.required().text();
  if (!text) return {};
  std::string path = absolute_path(*text, folder);
  if (const auto why = why_unreadable(path)) field.complain("names " + path + ", which " + *why);
  return path;
}

void read_limits(const Field& field, LimitSettings& out, Problems& problems) {
  constexpr std::size_t kKibibyte = 1024;
  const Mapping limits(field, "server.limits", problems);
  out.body = limits["body"].size(kKibibyte, 64 * kKibibyte * kKibibyte).value_or(out.body);
  const auto connections = limits["connections"].integer(1, 65535);
  if (connections) out.connections = static_cast<unsigned>(*connections);
  const auto streams = limits["streams"].integer(1, kMostStreams);
  if (streams) out.streams = static_cast<unsigned>(*streams);
  out.stream_age =
      limits["stream_age"].duration(milliseconds(0), kOldestStream).value_or(out.stream_age);
  out.request_timeout = limits["request_timeout"]
                            .duration(milliseconds(1000), milliseconds(600000))
                            .value_or(out.request_timeout);
}

}  // namespace

ServerSettings read_server(const Field& field, const std::string& folder, Problems& problems) {
  ServerSettings out;
  const Mapping server(field, "server", problems);
  read_listen(server["listen"], out);
  read_public_url(server["public_url"], out);
  if (const Mapping tls(server["tls"], "server.tls", problems); tls) {
    out.tls = TlsSettings{read_pem(tls["certificate"], folder), read_pem(tls["key"], folder)};
  }
  out.allowed_hosts = server["allowed_hosts"].texts(is_host, "a host name with an optional port");
  out.allowed_origins = server["allowed_origins"].texts(
      is_origin, "an origin like https://example.com, without a path");
  out.trusted_proxies = server["trusted_proxies"].texts_or_variable(
      is_network,
      "an IP address, or a range like 10.0.0.0/8 that ends in zero bits and isn't everybody (/0)");
  read_limits(server["limits"], out.limits, problems);
  return out;
}

}  // namespace adomcp::config
