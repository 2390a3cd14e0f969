#include "http/routes.h"

#include <Poco/Exception.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/URI.h>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "http/answers.h"
#include "http/paths.h"
#include "observe/logging.h"

namespace adomcp::http {
namespace {

bool reads(const RequestHead& head) {
  return head.method == "GET" || head.method == "HEAD";
}

bool is_preflight(const RequestHead& head) {
  return head.method == "OPTIONS" && head.header("Origin");
}

/// A token in a URL ends up in logs and histories, so OAuth 2.1 forbids it.
std::optional<HttpResponse> check_query(const RequestHead& head) {
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
      "mcp-session-id, last-event-id, x-mcp-readonly, x-mcp-tools, x-mcp-toolsets";
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

/// What a page of another origin may send, for ten minutes.
HttpResponse preflight(const char* methods, std::string headers) {
  HttpResponse answer;
  answer.status = 204;
  answer.headers = {{"Access-Control-Allow-Methods", methods},
                    {"Access-Control-Allow-Headers", std::move(headers)},
                    {"Access-Control-Max-Age", "600"}};
  return answer;
}

}  // namespace

Routes::Routes(const ServerParts& parts)
    : origins_(parts.server),
      addresses_(parts.server.trusted_proxies),
      health_(parts),
      operators_(parts),
      sign_in_(parts),
      handler_(parts.handler),
      legacy_sessions_(parts.legacy_sessions),
      metrics_(parts.metrics),
      log_(parts.log) {}

std::string Routes::client_ip(const RequestHead& head, const std::string& peer) const {
  return addresses_.find(peer, head.header("X-Forwarded-For"));
}

std::optional<HttpResponse> Routes::admit(const RequestHead& head, const std::string& client_ip,
                                          Caller& caller) {
  if (auto refusal = check_host(head)) return refusal;
  if (is_metadata(head)) return metadata(head);
  if (auto refusal = check_origin(head)) return refusal;
  if (is_mcp_path(head.path)) return admit_mcp(head, client_ip, caller);
  if (is_operator_path(head.path)) return operator_page(head, client_ip);
  if (head.path == kReloadPath) return admit_reload(head, client_ip, caller);
  if (!is_health_path(head.path)) return refuse(404, "nothing is here; the MCP endpoint is /mcp");
  return reads(head) ? health_.answer(head) : not_allowed("GET, HEAD");
}

/// Platforms probe health by address, so those paths, which tell nothing, go without this check.
std::optional<HttpResponse> Routes::check_host(const RequestHead& head) const {
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

std::optional<HttpResponse> Routes::check_origin(const RequestHead& head) const {
  const auto origin = head.header("Origin");
  if (!origin || origins_.origin(*origin)) return std::nullopt;
  const std::string shown(truncate_utf8(*origin, 100));
  return refuse(403,
                "the origin " + shown + " is not allowed here; add it to server.allowed_origins");
}

std::optional<HttpResponse> Routes::admit_mcp(const RequestHead& head, const std::string& client_ip,
                                              Caller& caller) {
  if (auto refusal = check_query(head)) return refusal;
  const char* methods = legacy_sessions_ ? "POST, GET, DELETE" : "POST";
  if (is_preflight(head)) return preflight(methods, allowed_headers(head));
  const bool of_session = legacy_sessions_ && (head.method == "GET" || head.method == "DELETE");
  if (head.method != "POST" && !of_session) return not_allowed(methods);
  if (!of_session && !is_json(head)) {
    return refuse(415, "Content-Type must be application/json");
  }
  return sign_in_.check(head, client_ip, head.path, caller);
}

HttpResponse Routes::operator_page(const RequestHead& head, const std::string& client_ip) {
  if (auto refusal = check_query(head)) return *refusal;
  if (!reads(head)) return not_allowed("GET, HEAD");
  Caller caller;
  if (auto refusal = sign_in_.check(head, client_ip, "", caller)) return *refusal;
  if (const auto refusal = operators_.refusal(caller.principal)) {
    return sign_in_.turn_away(head, client_ip, "", *refusal);
  }
  return operators_.answer(head);
}

/// A page of another origin can't send application/json without asking first, and nobody is
/// answered here who asks.
std::optional<HttpResponse> Routes::admit_reload(const RequestHead& head,
                                                 const std::string& client_ip, Caller& caller) {
  if (auto refusal = check_query(head)) return refusal;
  if (head.method != "POST") return not_allowed("POST");
  if (!is_json(head)) return refuse(415, "Content-Type must be application/json");
  if (auto refusal = sign_in_.check(head, client_ip, "", caller)) return refusal;
  if (const auto refusal = operators_.refusal_to_change(caller.principal)) {
    return sign_in_.turn_away(head, client_ip, "", *refusal);
  }
  return std::nullopt;
}

bool Routes::is_metadata(const RequestHead& head) const {
  return sign_in_.metadata().document(head.path) != nullptr;
}

/// Public by its nature, so pages of every origin may read it, and caches may keep it.
HttpResponse Routes::metadata(const RequestHead& head) const {
  if (is_preflight(head)) return preflight("GET, HEAD", "*");
  if (!reads(head)) return not_allowed("GET, HEAD");
  HttpResponse answer;
  answer.body = *sign_in_.metadata().document(head.path);
  answer.headers.emplace_back("Cache-Control", "public, max-age=3600");
  return answer;
}

HttpResponse Routes::call(const RequestHead& head, const HttpRequest& http_request) const {
  try {
    return head.path == kReloadPath ? operators_.reload(http_request) : handler_(http_request);
  } catch (const std::exception& error) {
    log_->error("http: the handler threw: {}", error.what());
  } catch (...) {
    log_->error("http: the handler threw something that is no std::exception");
  }
  return refuse(500, "internal error");
}

void Routes::count_unread(const HttpResponse& refusal) const {
  metrics_.request(path_label(""), refusal.status);
}

void Routes::finish(const RequestHead& head, HttpResponse& answer) const {
  metrics_.request(path_label(head.path), answer.status);
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (is_metadata(head)) answer.headers.emplace_back("Access-Control-Allow-Origin", "*");
  if (is_mcp_path(head.path) || is_operator_path(head.path) || head.path == kReloadPath) {
    answer.headers.emplace_back("Cache-Control", "no-store");
  }
  if (is_mcp_path(head.path)) allow_origin(head, answer);
}

void Routes::allow_origin(const RequestHead& head, HttpResponse& answer) const {
  const auto origin = head.header("Origin");
  if (!origin || !origins_.origin(*origin)) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  answer.headers.emplace_back("Access-Control-Expose-Headers", "mcp-session-id, www-authenticate");
  answer.headers.emplace_back("Vary", "Origin");
}

}  // namespace adomcp::http
