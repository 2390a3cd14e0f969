#include "http/front_page.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace adomcp::http {
namespace {

/// Colours of both schemes have a contrast of at least 4.5 to their ground.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de;
  --soft: #f3f5f7; --accent: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16191d; --text: #e6e9ec; --quiet: #a3adb8; --line: #3a424c; --soft: #20252b;
    --accent: #79b8ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem 3rem; background: var(--ground);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
.quiet { color: var(--quiet); }
code, pre { font: .9rem/1.5 ui-monospace, monospace; }
pre { margin: .5rem 0; padding: .75rem 1rem; overflow-x: auto; background: var(--soft);
  border: 1px solid var(--line); border-radius: .4rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
)";

/// The weight that an entry of Accept gives; 0 for what isn't a weight.
double weight_of(std::string_view entry) {
  for (auto at = entry.find(';'); at != entry.npos; at = entry.find(';', at + 1)) {
    const auto rest = entry.substr(at + 1);
    const auto parameter = trim(rest.substr(0, rest.find(';')));
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    double weight = 0;
    const auto text = parameter.substr(2);
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    return error == std::errc() ? weight : 0;
  }
  return 1;
}

/// Where clients connect; empty where nobody but the caller's browser knows the address.
std::string endpoint(const ServerSettings& server) {
  if (!server.public_url.empty()) return server.public_url + "/mcp";
  if (server.port == 0) return {};
  const bool v6 = server.host.find(':') != std::string::npos;
  return std::string(server.tls ? "https://" : "http://") +
         (v6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port) + "/mcp";
}

std::string mcp_json(const std::string& url) {
  return "{\n  \"servers\": {\n    \"adomcp\": { \"type\": \"http\", \"url\": \"" + url +
         "\" }\n  }\n}";
}

}  // namespace

bool prefers_html(const RequestHead& head) {
  const auto accept = head.header("Accept").value_or("");
  double html = 0;
  double others = 0;
  for (std::string_view rest = accept; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto entry = trim(rest.substr(0, end));
    const auto type = trim(entry.substr(0, entry.find(';')));
    double& best = iequals(type, "text/html") ? html : others;
    if (type != "*/*") best = std::max(best, weight_of(entry));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return html > 0 && html >= others;
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

HttpResponse html_answer(std::string_view title, std::string_view body) {
  HttpResponse answer;
  answer.content_type = "text/html; charset=utf-8";
  answer.body =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      html_text(title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n" +
      std::string(body) + "\n</body>\n</html>\n";
  answer.headers = {{"Content-Security-Policy",
                     "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                     "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"},
                    {"Referrer-Policy", "no-referrer"},
                    {"Vary", "Accept"}};
  return answer;
}

HttpResponse front_page(const ServerSettings& server, bool signs_in, std::string_view version) {
  const std::string known = endpoint(server);
  const std::string url = known.empty() ? "http://ADDRESS-OF-THIS-PAGE/mcp" : known;
  std::string body =
      "<main>\n<h1>adomcp</h1>\n<p class=\"quiet\">Version " + html_text(version) +
      "</p>\n<p>This is a server for AI assistants, not a site to browse. It answers "
      "questions such as &ldquo;why did my pipeline fail?&rdquo; from Azure DevOps, by "
      "the Model Context Protocol (MCP).</p>\n<h2>Connect</h2>\n<p>Give your client "
      "this address (transport: streamable HTTP):</p>\n<pre tabindex=\"0\" "
      "aria-label=\"Address\"><code>" +
      html_text(url) +
      "</code></pre>\n<p>In VS Code, put this into <code>.vscode/mcp.json</code> of a "
      "workspace, or into your user configuration:</p>\n<pre tabindex=\"0\" "
      "aria-label=\"mcp.json\"><code>" +
      html_text(mcp_json(url)) + "</code></pre>\n";
  body += signs_in ? "<p>Your client signs you in with your work account. What you may use is what "
                     "this server's operators gave you.</p>\n"
                   : "<p>Nobody signs in here: the server only answers on the machine that it runs "
                     "on.</p>\n";
  body +=
      "<h2>For operators</h2>\n<p><a href=\"/healthz\">/healthz</a> and <a "
      "href=\"/readyz\">/readyz</a> are for probes; <code>/status</code> and "
      "<code>/metrics</code> need the app role operator or admin where people sign in.</p>\n"
      "</main>";
  return html_answer("adomcp: an MCP server for Azure DevOps pipelines", body);
}

}  // namespace adomcp::http
