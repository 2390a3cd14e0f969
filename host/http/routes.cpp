#include "http/routes.h"

#include <Poco/Exception.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/URI.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/text.h"
#include "http/refusal.h"

namespace adomcp::http {
namespace {

using nlohmann::ordered_json;

bool is_mcp_path(std::string_view path) {
  return path == "/mcp" || path == "/runtime/webhooks/mcp";
}

bool is_health_path(std::string_view path) {
  return path == "/" || path == "/api/health" || path == "/healthz" || path == "/readyz";
}

Answer not_allowed(const char* allow) {
  Answer answer = refuse(405, std::string("this path answers only ") + allow);
  answer.headers.emplace_back("Allow", allow);
  return answer;
}

Answer text(std::string body) {
  Answer answer;
  answer.content_type = "text/plain; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

Answer json(const ordered_json& body) {
  Answer answer;
  answer.body = body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return answer;
}

/// A token in a URL ends up in logs and histories, so OAuth 2.1 forbids it.
std::optional<Answer> check_query(const RequestHead& head) {
  if (head.query.empty()) return std::nullopt;
  try {
    for (const auto& [name, value] : Poco::URI("/?" + head.query).getQueryParameters()) {
      if (iequals(name, "access_token")) {
        return refuse(400, "send the token in the Authorization header, not as access_token");
      }
    }
  } catch (const Poco::Exception&) {
    return refuse(400, "the query string is malformed");
  }
  return std::nullopt;
}

bool is_json(const RequestHead& head) {
  const std::string type = head.header("Content-Type").value_or("");
  return iequals(trim(std::string_view(type).substr(0, type.find(';'))), "application/json");
}

/// The custom headers that a tool may declare can't be listed beforehand: those asked for are.
std::string allowed_headers(const RequestHead& head) {
  std::string allowed =
      "content-type, authorization, accept, mcp-protocol-version, mcp-method, mcp-name, "
      "mcp-session-id, last-event-id";
  std::vector<std::string> asked;
  Poco::Net::MessageHeader::splitElements(
      head.header("Access-Control-Request-Headers").value_or(""), asked);
  constexpr std::string_view kPrefix = "mcp-param-";
  for (const std::string& entry : asked) {
    const std::string name = to_lower(entry);
    const bool plain =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
    if (plain && name.rfind(kPrefix, 0) == 0) allowed += ", " + name;
  }
  return allowed;
}

}  // namespace

Routes::Routes(const ServerSettings& settings, const inbound_auth::Authenticator& authenticator,
               Handler handler, Readiness readiness, std::string version,
               std::shared_ptr<spdlog::logger> log)
    : origins_(settings),
      authenticator_(authenticator),
      handler_(std::move(handler)),
      readiness_(std::move(readiness)),
      version_(std::move(version)),
      log_(std::move(log)) {}

std::optional<Answer> Routes::admit(const RequestHead& head, Caller& caller) const {
  if (auto refusal = check_host(head)) return refusal;
  if (auto refusal = check_origin(head)) return refusal;
  if (is_mcp_path(head.path)) return admit_mcp(head, caller);
  if (is_health_path(head.path)) return health(head);
  return refuse(404, "nothing is here; the MCP endpoint is /mcp");
}

/// Platforms probe health by address, so those paths, which tell nothing, go without this check.
std::optional<Answer> Routes::check_host(const RequestHead& head) const {
  if (is_health_path(head.path)) return std::nullopt;
  const auto host = head.header("Host");
  if (!host && head.http_1_0) return std::nullopt;
  if (!host) return refuse(400, "the Host header is missing");
  switch (origins_.host(*host)) {
    case OriginCheck::Verdict::kAllowed:
      return std::nullopt;
    case OriginCheck::Verdict::kMalformed:
      return refuse(400, "the Host header is malformed");
    case OriginCheck::Verdict::kRefused:
      break;
  }
  const std::string shown(truncate_utf8(*host, 100));
  return refuse(403, "the host " + shown +
                         " is not allowed here; set server.public_url or add it to "
                         "server.allowed_hosts");
}

std::optional<Answer> Routes::check_origin(const RequestHead& head) const {
  const auto origin = head.header("Origin");
  if (!origin || origins_.origin(*origin)) return std::nullopt;
  const std::string shown(truncate_utf8(*origin, 100));
  return refuse(403,
                "the origin " + shown + " is not allowed here; add it to server.allowed_origins");
}

std::optional<Answer> Routes::admit_mcp(const RequestHead& head, Caller& caller) const {
  if (auto refusal = check_query(head)) return refusal;
  if (head.method == "OPTIONS" && head.header("Origin")) return preflight(head);
  if (head.method != "POST") return not_allowed("POST");
  if (!is_json(head)) return refuse(415, "Content-Type must be application/json");
  return authenticate(head, caller);
}

std::optional<Answer> Routes::authenticate(const RequestHead& head, Caller& caller) const {
  try {
    auto found =
        authenticator_.authenticate([&head](std::string_view name) { return head.header(name); });
    if (auto* known = std::get_if<Caller>(&found)) {
      caller = std::move(*known);
      return std::nullopt;
    }
    const auto& refusal = std::get<SignInRefusal>(found);
    Answer answer = refuse(refusal.status, refusal.message);
    answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
  } catch (const std::exception& error) {
    log_->error("http: the authenticator threw: {}", error.what());
    return refuse(500, "internal error");
  }
}

Answer Routes::preflight(const RequestHead& head) const {
  Answer answer;
  answer.status = 204;
  answer.headers = {{"Access-Control-Allow-Methods", "POST"},
                    {"Access-Control-Allow-Headers", allowed_headers(head)},
                    {"Access-Control-Max-Age", "600"}};
  return answer;
}

Answer Routes::health(const RequestHead& head) const {
  if (head.method != "GET" && head.method != "HEAD") return not_allowed("GET, HEAD");
  if (head.path == "/") return text("adomcp " + version_ + ", an MCP server; POST /mcp\n");
  if (head.path == "/healthz") return text("ok");
  if (head.path == "/readyz") return ready();
  return json({{"status", "healthy"}, {"server_name", "adomcp"}, {"version", version_}});
}

Answer Routes::ready() const {
  std::vector<std::string> reasons;
  try {
    reasons = readiness_();
  } catch (const std::exception& error) {
    log_->error("http: the readiness check threw: {}", error.what());
    reasons = {"internal error"};
  }
  Answer answer = json({{"ready", reasons.empty()}, {"reasons", reasons}});
  if (!reasons.empty()) answer.status = 503;
  return answer;
}

Answer Routes::call(const Exchange& exchange) const {
  try {
    return handler_(exchange);
  } catch (const std::exception& error) {
    log_->error("http: the handler threw: {}", error.what());
  } catch (...) {
    log_->error("http: the handler threw something that is no std::exception");
  }
  return refuse(500, "internal error");
}

void Routes::decorate(const RequestHead& head, Answer& answer) const {
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (!is_mcp_path(head.path)) return;
  answer.headers.emplace_back("Cache-Control", "no-store");
  const auto origin = head.header("Origin");
  if (!origin || !origins_.origin(*origin)) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  answer.headers.emplace_back("Access-Control-Expose-Headers", "mcp-session-id, www-authenticate");
  answer.headers.emplace_back("Vary", "Origin");
}

}  // namespace adomcp::http
