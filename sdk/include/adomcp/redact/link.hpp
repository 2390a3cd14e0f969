// adomcp/redact/link.hpp - what is secret in a URL: who signs in, and the paths of webhooks. Part
// of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <adomcp/redact/value.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

inline bool ends_link(char c) {
  return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == '|';
}

/// The size of `://` at the start of `text`, as JSON may write it (`:\/\/`); 0: it isn't there.
inline std::size_t scheme_end(std::string_view text) {
  if (text.empty() || text.front() != ':') return 0;
  std::size_t at = 1;
  for (int slashes = 0; slashes < 2; ++slashes) {
    const std::size_t escape = backslashes_at(text.substr(0, at + 8), at);
    at += escape;
    if (escape > 4 || at >= text.size() || text[at] != '/') return 0;
    ++at;
  }
  return at;
}

/// The size of `%3A%2F%2F` at the start of `text`, also encoded twice; 0: it isn't there.
inline std::size_t encoded_scheme_end(std::string_view text) {
  if (ibegins(text, "%3A%2F%2F")) return 9;
  return ibegins(text, "%253A%252F%252F") ? 15 : 0;
}

/// Bytes up to the `%40` of an encoded "user:password@"; `text` starts after the scheme. 0: there
/// is none.
inline std::size_t encoded_credentials(std::string_view text, bool twice) {
  constexpr std::size_t kLongest = 256;
  text = text.substr(0, kLongest);
  const std::string_view mark = twice ? "%25" : "%";
  bool colon = false;
  for (std::size_t i = 0; i < text.size() && !ends_link(text[i]) && text[i] != '&'; ++i) {
    if (text[i] != '%' || !begins(text.substr(i), mark)) continue;
    const std::string_view code = text.substr(i + mark.size(), 2);
    if (iequals(code, "2F")) return 0;
    if (iequals(code, "3A")) colon = true;
    if (code == "40") return colon ? i : 0;
  }
  return 0;
}

/// Bytes up to the `@` of "user:password@", or of a long lone token before it; `text` starts after
/// `://`. 0: there is none.
inline std::size_t link_credentials(std::string_view text) {
  constexpr std::size_t kLongest = 2048;
  constexpr std::size_t kPasswordBytes = 128;     // of one with a slash
  std::size_t host_end = std::string_view::npos;  // where the host ends, if there is no such part
  std::size_t at = std::string_view::npos;
  std::size_t most = std::min(text.size(), kLongest);
  for (std::size_t i = 0; i < most && !ends_link(text[i]); ++i) {
    const bool ends_host = text[i] == '/' || text[i] == '?' || text[i] == '#';
    if (ends_host && host_end == std::string_view::npos) {
      host_end = i;
      most = std::min(most, i + kPasswordBytes);
    }
    if (ends_host && at != std::string_view::npos) break;
    if (text[i] == '@') at = i;
  }
  if (at == std::string_view::npos || at == 0) return 0;
  const std::string_view user = text.substr(0, at);
  const std::size_t colon = user.find(':');
  if (at > host_end) {  // a password with a slash, or a path with an @
    if (colon == std::string_view::npos || colon > host_end) return 0;
    const std::string_view port = text.substr(colon + 1, host_end - colon - 1);
    if (mix_of(port).digit == port.size()) return 0;
  }
  if (colon == std::string_view::npos) return user.size() >= 20 && !is_reference(user) ? at : 0;
  return is_reference(user.substr(colon + 1)) ? 0 : at;
}

/// Hosts and paths where a link alone is the right to post.
inline bool is_hook(std::string_view link) {
  constexpr std::array<std::string_view, 17> kHosts{
      "hooks.slack.com/",       ".webhook.office.com/", "outlook.office.com/webhook/",
      "/api/webhooks/",         "hooks.zapier.com/",    "maker.ifttt.com/",
      "api.telegram.org/bot",   "hook.make.com/",       "events.pagerduty.com/integration/",
      "qyapi.weixin.qq.com/",   "open.feishu.cn/",      "api.netlify.com/build_hooks/",
      "/integrations/deploy/",  "alert.victorops.com/", "/build_hooks/",
      "api.render.com/deploy/", "hooks.airtable.com/"};
  const std::string_view path = link.substr(0, link.find('?'));
  for (const std::string_view host : kHosts) {
    if (icontains(path, host)) return true;
  }
  return icontains(path, "/hook") || icontains(path, "/webhook");
}

/// Whether a part of a hook's path is what makes it one: it is made of letters and digits at
/// random.
inline bool is_hook_part(std::string_view part) {
  if (begins(part, "bot")) part.remove_prefix(3);
  const Mix mix = mix_of(part);
  return part.size() >= 9 && mix.digit > 0 && (mix.letters() || part.size() >= 16);
}

/// Where in a hook's link its secret begins and ends; `text` starts after `://`. from == to:
/// nowhere.
struct LinkPart {
  std::size_t from = 0, to = 0;
  std::size_t link = 0;  ///< where the link ends
};
inline LinkPart hook_secret(std::string_view text) {
  constexpr std::size_t kLongest = 1024;
  std::size_t end = 0;
  while (end < text.size() && end < kLongest && !ends_link(text[end])) ++end;
  const std::string_view link = text.substr(0, end);
  if (!is_hook(link)) return {0, 0, end};
  const bool keyed = icontains(link, "weixin") || icontains(link, "render.com");
  const std::size_t path_end = keyed ? end : std::min(end, link.find('?'));
  for (std::size_t at = link.find('/'); at < path_end; at = link.find('/', at + 1)) {
    std::size_t next = at + 1;
    while (next < path_end && link[next] != '/') ++next;
    if (is_hook_part(link.substr(at + 1, next - at - 1))) return {at + 1, path_end, end};
  }
  return {0, 0, end};
}

}  // namespace adomcp::sdk::detail
