#include "http/health_pages.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "http/answers.h"
#include "http/front_page.h"
#include "observe/logging.h"

namespace adomcp::http {

HealthPages::HealthPages(const ServerParts& parts)
    : authenticator_(parts.authenticator),
      readiness_(parts.readiness),
      tool_states_(parts.tool_states),
      tells_all_(parts.auth.mode == "none"),
      version_(parts.version),
      server_(parts.server),
      log_(parts.log) {}

HttpResponse HealthPages::answer(const RequestHead& head) const {
  if (head.path == "/" && prefers_html(head)) return front_page(server_, !tells_all_, version_);
  if (head.path == "/") {
    HttpResponse answer = text_answer("adomcp " + version_ + ", an MCP server; POST /mcp\n");
    answer.headers.emplace_back("Vary", "Accept");
    return answer;
  }
  if (head.path == "/healthz") return text_answer("ok");
  if (head.path == "/readyz") return ready();
  return health();
}

/// Healthy with an open breaker too: the host is, and starting it anew is no cure for a tool.
HttpResponse HealthPages::health() const {
  nlohmann::ordered_json page = {
      {"status", "healthy"}, {"server_name", "adomcp"}, {"version", version_}};
  if (!tool_states_) return json_answer(page);
  nlohmann::ordered_json breakers = {{"closed", 0U}, {"half_open", 0U}, {"open", 0U}};
  nlohmann::ordered_json tools = nlohmann::ordered_json::object();
  for (const auto& state : tool_states_()) {
    auto& count = breakers[std::string(state.breaker)];
    count = count.get<unsigned>() + 1;
    tools[state.tool] = state.breaker;
  }
  page["breakers"] = std::move(breakers);
  if (tells_all_) page["tools"] = std::move(tools);
  return json_answer(page);
}

HttpResponse HealthPages::ready() const {
  std::vector<std::string> told;
  try {
    told = reasons();
  } catch (const std::exception& error) {
    log_->error("http: the readiness check threw: {}", error.what());
    told = {"internal error"};
  }
  HttpResponse answer = json_answer({{"ready", told.empty()}, {"reasons", told}});
  if (!told.empty()) answer.status = 503;
  return answer;
}

std::vector<std::string> HealthPages::reasons() const {
  std::vector<std::string> told;
  const std::string sign_in = authenticator_.problem();
  if (!sign_in.empty()) told.push_back("sign-in: " + sign_in);
  const std::vector<std::string> others = readiness_();
  if (tells_all_) {
    told.insert(told.end(), others.begin(), others.end());
  } else if (!others.empty()) {
    told.push_back(std::to_string(others.size()) +
                   " of the projects and plugins have a problem; /status names them to operators");
  }
  return told;
}

}  // namespace adomcp::http
