// adomcp/ui.hpp - apps: a page in one HTML file that clients show beside a tool's results.
//
//   #include <embedded/run.html.hpp>  // of adomcp_add_plugin(… EMBED run.html)
//
//   void declare(adomcp::Start& start) {
//     start.add(adomcp::app("ui://adomcp/run", "run", "Run", "Shows a run as it goes.",
//                           embedded::run_html(), {.prefers_border = true}));
//     start.link_app("get_run", "ui://adomcp/run");
//   }
//
// The YAML lists the URI under `resources`. What clients get is the file as it was when the plugin
// was built. Without options the page has no network and no permissions.
#pragma once

#include <adomcp/ui.h>
#include <adomcp/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp {

/// What an app asks of the sandbox that it is shown in.
struct AppOptions {
  // Origins, such as "https://*.example.com".
  std::vector<std::string> connect_domains = {};   ///< for fetch and web sockets
  std::vector<std::string> resource_domains = {};  ///< for scripts, styles, images, fonts
  std::vector<std::string> frame_domains = {};     ///< for frames within it
  std::vector<std::string> base_domains = {};      ///< for the document's base URI
  // Permissions, which clients need not give.
  bool camera = false;
  bool microphone = false;
  bool geolocation = false;
  bool clipboard_write = false;
  std::string domain = {};                  ///< an origin of its own, as the client has it
  std::optional<bool> prefers_border = {};  ///< empty: as the client likes
  std::string meta_json = {};               ///< the resource's `_meta`: an object as text
  std::string icons_json = {};              ///< a list as text, see plugin.h
};

namespace detail {

/// MCP's McpUiResourceMeta; empty when nothing is asked for.
inline std::string ui_json(const AppOptions& options) {
  Json out = Json::object();
  const auto domains = [&](const char* key, const std::vector<std::string>& list) {
    if (!list.empty()) out["csp"][key] = list;
  };
  domains("connectDomains", options.connect_domains);
  domains("resourceDomains", options.resource_domains);
  domains("frameDomains", options.frame_domains);
  domains("baseUriDomains", options.base_domains);
  const auto permission = [&](const char* key, bool wanted) {
    if (wanted) out["permissions"][key] = Json::object();
  };
  permission("camera", options.camera);
  permission("microphone", options.microphone);
  permission("geolocation", options.geolocation);
  permission("clipboardWrite", options.clipboard_write);
  if (!options.domain.empty()) out["domain"] = options.domain;
  if (options.prefers_border) out["prefersBorder"] = *options.prefers_border;
  return out.empty() ? std::string() : sdk::json_text(out);
}

}  // namespace detail

/// An app and the words that it is made of, for Start::add().
class App {
 public:
  App(const adomcp_app& words, AppOptions options)
      : words_(words), options_(std::move(options)), ui_json_(detail::ui_json(options_)) {}

  /// Lives as long as this does.
  operator adomcp_app() const {  // NOLINT(google-explicit-constructor): add() takes both
    adomcp_app out = words_;
    out.ui_json = str(ui_json_);
    out.meta_json = str(options_.meta_json);
    out.icons_json = str(options_.icons_json);
    return out;
  }

 private:
  adomcp_app words_;
  AppOptions options_;
  std::string ui_json_;
};

/// `html`: one whole document, 1 MiB at most. The texts must outlive the App.
inline App app(std::string_view uri, std::string_view name, std::string_view title,
               std::string_view description, std::string_view html, AppOptions options = {}) {
  return {{sizeof(adomcp_app),
           0,
           str(uri),
           str(name),
           str(title),
           str(description),
           str(html),
           {},
           {},
           {}},
          std::move(options)};
}

}  // namespace adomcp
