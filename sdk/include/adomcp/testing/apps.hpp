// adomcp/testing/apps.hpp - the apps that a plugin declares, as far as a host looks at them.
// Part of testing.hpp.
#pragma once

#include <adomcp/ui.h>
#include <adomcp/testing/call.hpp>
#include <adomcp/testing/records.hpp>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace adomcp::fake {

/// An app as it was declared. `ui`, `meta` and `icons` are null when there are none.
struct App {
  std::string uri, name, title, description, html;
  nlohmann::json ui, meta, icons;
};

/// Which app shows a tool.
struct AppLink {
  std::string uri;               ///< empty: none
  std::uint32_t visible_to = 0;  ///< ADOMCP_UI_MODEL, ADOMCP_UI_APP or both
};

namespace detail {

constexpr std::uint32_t kAnybody = ADOMCP_UI_MODEL | ADOMCP_UI_APP;
constexpr const char* kAppType = "text/html;profile=mcp-app";

/// Null for nothing; a discarded value for what is no JSON.
inline nlohmann::json json_or_null(adomcp_str text) {
  return text.size == 0 ? nlohmann::json() : nlohmann::json::parse(text_of(text), nullptr, false);
}

inline std::string wrong_app(const adomcp_app& one) {
  constexpr std::size_t kMostHtml = std::size_t{1024} * 1024;
  constexpr std::string_view kScheme = "ui://";
  constexpr std::string_view kDoctype = "<!doctype html";
  if (one.struct_size < sizeof(adomcp_app)) return "it is not whole";
  const std::string uri = text_of(one.uri);
  if (uri.size() <= kScheme.size() || uri.rfind(kScheme, 0) != 0) return "its URI is no ui://…";
  if (one.name.size == 0) return "it has no name";
  if (one.html.size > kMostHtml) return "its page is larger than 1 MiB";
  std::string begin = text_of(one.html).substr(0, kDoctype.size());
  for (char& c : begin) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (begin != kDoctype) return "its page does not begin with <!doctype html>";
  for (const adomcp_str object : {one.ui_json, one.meta_json}) {
    const auto json = json_or_null(object);
    if (!json.is_null() && !json.is_object()) return "its ui_json or meta_json is no JSON object";
  }
  const auto icons = json_or_null(one.icons_json);
  return icons.is_null() || icons.is_array() ? "" : "its icons_json is no JSON array";
}

inline App app_of(const adomcp_app& one) {
  return {text_of(one.uri),
          text_of(one.name),
          text_of(one.title),
          text_of(one.description),
          text_of(one.html),
          json_or_null(one.ui_json),
          json_or_null(one.meta_json),
          json_or_null(one.icons_json)};
}

inline std::string wrong_link(const std::string& uri, std::uint32_t visible_to) {
  if ((visible_to & ~kAnybody) != 0) return "visible_to has a flag that is none";
  if (uri.empty()) return visible_to == 0 ? "it says nothing" : "";
  return uri.rfind("ui://", 0) == 0 ? "" : "its URI is no ui://…";
}

/// What resources/read gives.
inline Outcome read_app(const App& app) {
  Outcome out;
  out.status = ADOMCP_OK;
  nlohmann::json piece = {{"uri", app.uri}, {"mimeType", kAppType}, {"text", app.html}};
  if (!app.ui.is_null()) piece["_meta"]["ui"] = app.ui;
  out.answer = {{"contents", nlohmann::json::array({piece})}};
  return out;
}

}  // namespace detail
}  // namespace adomcp::fake
