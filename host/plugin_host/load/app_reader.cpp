#include "plugin_host/load/app_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/meta_check.h"
#include "core/text.h"
#include "core/uri_template.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/load/descriptor_checks.h"

namespace adomcp::plugin_host {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxPage = std::size_t{1024} * 1024;
constexpr std::size_t kMaxDisplayName = 256;
constexpr std::size_t kMaxDomains = 64;
constexpr std::size_t kMaxDomain = 253;  // of a name in DNS
constexpr std::string_view kScheme = "ui://";
constexpr std::string_view kDoctype = "<!doctype html";

bool begins_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

std::string wrong_app_uri(std::string_view uri) {
  if (!begins_with(uri, kScheme) || uri.size() == kScheme.size()) {
    return "the URI of an app begins with ui://, such as ui://adomcp/run";
  }
  auto wrong = wrong_uri(uri);
  return wrong.empty() ? wrong : "its uri " + wrong;
}

std::string wrong_page(std::string_view html) {
  if (html.size() > kMaxPage) return "its html is larger than 1 MiB";
  if (!is_utf8(html)) return "its html is not valid UTF-8";
  if (!iequals(html.substr(0, kDoctype.size()), kDoctype)) {
    return "its html does not begin with <!doctype html>: it must be one whole document";
  }
  return "";
}

bool has_host_letters(std::string_view host) {
  return !host.empty() && host.size() <= kMaxDomain &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-';
         });
}

/// Clients write it into a policy, where a blank or a semicolon would begin something else.
bool is_origin(const Json& value) {
  if (!value.is_string()) return false;
  std::string_view text = value.get_ref<const std::string&>();
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto name = text.substr(0, scheme);
  if (name != "https" && name != "wss" && name != "http" && name != "ws") return false;
  text.remove_prefix(scheme + 3);
  if (begins_with(text, "*.")) text.remove_prefix(2);
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto port = text.substr(colon + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    constexpr std::size_t kMaxDigits = 5;
    if (port.empty() || port.size() > kMaxDigits) return false;
    if (!std::all_of(port.begin(), port.end(), is_digit)) return false;
  }
  return has_host_letters(text.substr(0, colon));
}

std::string wrong_csp(const Json& csp) {
  if (!csp.is_object()) return "has a csp that is no object";
  for (const auto& [key, list] : csp.items()) {
    if (key != "connectDomains" && key != "resourceDomains" && key != "frameDomains" &&
        key != "baseUriDomains") {
      return "has an unknown member of csp: '" + escape_for_log(key, kMaxName) + "'";
    }
    if (!list.is_array() || list.size() > kMaxDomains ||
        !std::all_of(list.begin(), list.end(), is_origin)) {
      return "has " + key + " that are no list of at most 64 origins, such as https://a.example";
    }
  }
  return "";
}

std::string wrong_permissions(const Json& permissions) {
  if (!permissions.is_object()) return "has permissions that are no object";
  for (const auto& [key, value] : permissions.items()) {
    const bool known =
        key == "camera" || key == "microphone" || key == "geolocation" || key == "clipboardWrite";
    if (!known) return "has an unknown permission: '" + escape_for_log(key, kMaxName) + "'";
    if (!value.is_object() || !value.empty()) return "has the permission " + key + " that isn't {}";
  }
  return "";
}

std::string wrong_ui_member(const std::string& key, const Json& value) {
  if (key == "csp") return wrong_csp(value);
  if (key == "permissions") return wrong_permissions(value);
  if (key == "domain") {
    const bool good = value.is_string() && has_host_letters(value.get_ref<const std::string&>());
    return good ? "" : "has a domain that is no name of a host";
  }
  if (key == "prefersBorder")
    return value.is_boolean() ? "" : "has a prefersBorder that is no bool";
  return "has an unknown member: '" + escape_for_log(key, kMaxName) + "'";
}

/// As compact JSON; empty when nothing is asked for.
Result<std::string> read_ui(std::string_view ui_json) {
  const auto wrong = [](std::string why) {
    return Error{ErrorCode::kInvalid, "its ui_json " + std::move(why), {}};
  };
  if (ui_json.empty()) return std::string();
  const auto ui = parse_json(ui_json, {kMaxMeta, 4, 1000});
  if (!ui || !ui->is_object()) return wrong("is no JSON object of at most 16 KiB");
  for (const auto& [key, value] : ui->items()) {
    if (auto why = wrong_ui_member(key, value); !why.empty()) return wrong(std::move(why));
  }
  return ui->empty() ? std::string() : json_text(*ui);
}

std::string wrong_app(const adomcp_app& app) {
  if (auto wrong = wrong_app_uri(view_of(app.uri)); !wrong.empty()) return wrong;
  const auto name = view_of(app.name);
  if (name.empty() || name.size() > kMaxDisplayName || !is_utf8(name)) {
    return "its name is not 1 to 256 bytes of UTF-8";
  }
  if (auto wrong = wrong_words(view_of(app.title), view_of(app.description)); !wrong.empty()) {
    return wrong;
  }
  return wrong_page(view_of(app.html));
}

}  // namespace

std::string read_extras(std::string_view meta_json, std::string_view icons_json, std::string& meta,
                        std::string& icons) {
  auto read = read_meta(meta_json);
  if (!read) return "its meta_json " + read.error().message;
  meta = std::move(read).value();
  read = read_icons(icons_json);
  if (!read) return "its icons_json " + read.error().message;
  icons = std::move(read).value();
  return "";
}

Result<Resource> read_app(const adomcp_app& app) {
  if (auto wrong = wrong_app(app); !wrong.empty()) {
    return Error{ErrorCode::kInvalid, std::move(wrong), {}};
  }
  auto ui = read_ui(view_of(app.ui_json));
  if (!ui) return ui.error();
  Resource to;
  auto wrong =
      read_extras(view_of(app.meta_json), view_of(app.icons_json), to.meta_json, to.icons_json);
  if (!wrong.empty()) return Error{ErrorCode::kInvalid, std::move(wrong), {}};
  to.kind = OperationKind::kResource;
  to.name = view_of(app.uri);
  to.read_only = true;
  to.display_name = view_of(app.name);
  to.title = view_of(app.title);
  to.description = view_of(app.description);
  to.mime_type = kAppType;
  to.ui_json = std::move(ui).value();
  to.page = std::make_shared<const std::string>(view_of(app.html));
  return to;
}

Result<AppLink> read_app_link(std::string_view uri, std::uint32_t visible_to) {
  const auto wrong = [](std::string why) { return Error{ErrorCode::kInvalid, std::move(why), {}}; };
  constexpr std::uint32_t kKnown = ADOMCP_UI_MODEL | ADOMCP_UI_APP;
  if ((visible_to & ~kKnown) != 0) return wrong("visible_to has a flag that is none");
  if (uri.empty() && visible_to == 0) return wrong("it names no app and nobody to be visible to");
  if (!uri.empty()) {
    if (auto why = wrong_app_uri(uri); !why.empty()) return wrong(std::move(why));
  }
  const std::uint32_t to = visible_to == 0 ? kKnown : visible_to;
  return AppLink{std::string(uri), (to & ADOMCP_UI_MODEL) != 0, (to & ADOMCP_UI_APP) != 0};
}

}  // namespace adomcp::plugin_host
