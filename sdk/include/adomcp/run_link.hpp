// adomcp/run_link.hpp - reads a link to a run as people paste it. The only reading there is: the
// host decides on organization and project by it, a tool gets the run's id by it. Header only,
// standard library only, no exceptions of its own, linear, bounded.
//
// The rule: a text is taken when it names one run. Words, brackets and escapes around its link are
// no part of it. The same run may be named again; links that name no run may stand beside it.
// Whatever could be another run, to any reader, refuses the whole text.
#pragma once

#include <adomcp/run_link_found.hpp>
#include <adomcp/run_link_parts.hpp>
#include <adomcp/run_link_text.hpp>
#include <adomcp/separate.hpp>
#include <adomcp/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::sdk {

/// A link to a run, taken apart. Whether it may be followed is not decided here.
struct RunLink {
  std::string origin;  ///< "https://dev.azure.com": lower-case scheme and host, port, base path
  std::string organization;
  std::string project;  ///< decoded name, or a GUID
  std::int64_t run_id = 0;
};

struct RunLinkReading {
  std::optional<RunLink> link;
  std::string_view problem;  ///< why there is none, to go on after "…: "
};

/// What fits, for messages.
constexpr std::string_view kRunLinkForms =
    "https://dev.azure.com/{organization}/{project}/_build/results?buildId=123 or "
    "https://dev.azure.com/{organization}/{project}/_apis/build/builds/123";

namespace detail {

constexpr std::string_view kNoOneWay = "its path can be read in more than one way";
constexpr std::string_view kNoPage = "it is no run's page";
constexpr std::string_view kNoRun = "it names no run: buildId=<number> is missing";
constexpr std::string_view kAzure = "dev.azure.com";
constexpr std::string_view kVisualStudio = ".visualstudio.com";
constexpr std::string_view kSafeLinks[] = {
    ".safelinks.protection.outlook.com", ".safelinks.protection.office365.us",
    ".safelinks.protection.outlook.cn", ".safelinks.protection.partner.outlook.cn"};
constexpr std::string_view kTeamsLinks = "statics.teams.cdn.office.net";

/// A positive decimal number of at most 18 digits; 0 for anything else.
inline std::int64_t read_run_id(std::string_view digits) {
  std::int64_t id = 0;
  if (digits.size() > 18) return 0;
  for (const char c : digits) {
    if (!is_digit(c)) return 0;
    id = id * 10 + (c - '0');
  }
  return id;
}

/// As read_run_id, without what a text puts behind a number: "4711)", "4711/", "4711+".
inline std::int64_t read_pasted_id(std::string_view value) {
  value = without_blanks_before(value);
  for (std::size_t size = value.size() + 1; size != value.size();) {
    size = value.size();
    value = without_end(value);
    if (!value.empty() && (value.back() == '/' || value.back() == '+')) value.remove_suffix(1);
  }
  return read_run_id(value);
}

/// What the places of a link that may name a run say: nothing, one run, or too much.
class RunIds {
 public:
  void add(std::int64_t id) {
    clash_ = clash_ || id == 0 || (id_ != 0 && id_ != id);
    id_ = id;
  }
  /// `buildId` in `name=value&…`. Some readers take ';' for '&', HTML writes "&amp;", and who adds
  /// to a link by hand writes a second '?'.
  void add_all(std::string_view pairs) {
    int found = 0;
    for (bool more = !pairs.empty(); more;) {
      const std::size_t end = pairs.find_first_of("&;?");
      const std::string_view pair = pairs.substr(0, end);
      more = end != std::string_view::npos;
      if (more) pairs.remove_prefix(end + 1);
      const std::size_t equals = pair.find('=');
      std::string name;
      if (!percent_decode(pair.substr(0, equals), name)) clash_ = true;
      if (!iequals(name, "buildId")) continue;
      std::string value;
      const bool given = equals != std::string_view::npos;
      if (!given || !percent_decode(pair.substr(equals + 1), value)) value.clear();
      if (++found > 1) clash_ = true;
      add(is_plain_text(value) ? read_pasted_id(value) : 0);
    }
  }
  std::int64_t id() const { return clash_ ? 0 : id_; }
  bool clash() const { return clash_; }

 private:
  std::int64_t id_ = 0;
  bool clash_ = false;
};

/// The run in the path from "_build" or "_apis" on, if it is there. False: it is another page.
inline bool read_page(const Segments& page, RunIds& ids) {
  const auto is = [&](std::size_t i, std::string_view name) {
    return i < page.size() && iequals(page[i], name);
  };
  if (is(0, "_build")) {
    return page.size() == 1 || (page.size() == 2 && (is(1, "results") || is(1, "index")));
  }
  if (!is(0, "_apis")) return false;
  std::size_t at = 0;
  if (is(1, "build") && is(2, "builds")) at = 3;
  if (is(1, "pipelines") && page.size() > 2 && read_run_id(page[2]) > 0 && is(3, "runs")) at = 4;
  if (at == 0 || at >= page.size()) return false;
  ids.add(read_pasted_id(page[at]));
  return true;
}

inline bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The name in a path's segment. '+' is a blank there: no project has one in its name, and some
/// programs write blanks so. False: it is none then.
inline bool read_project(std::string_view path, std::size_t index, std::string& out) {
  for (std::size_t i = 0; i <= index; ++i) {
    if (!path.empty()) path.remove_prefix(1);
    if (i < index) path.remove_prefix(std::min(path.find('/'), path.size()));
  }
  std::string raw(path.substr(0, path.find('/')));
  std::replace(raw.begin(), raw.end(), '+', ' ');
  return decode_segment(raw, out);
}

/// Organization and project from the path before the page. On Azure DevOps' own hosts a team may
/// follow the project; elsewhere the rest is the server's own.
inline bool read_place(const LinkParts& parts, const Segments& place, RunLink& out) {
  if (place.empty()) return false;
  out.origin = parts.origin;
  const std::string_view host = parts.host;
  if (ends_with(host, kVisualStudio)) {
    out.organization = std::string(host.substr(0, host.size() - kVisualStudio.size()));
    const std::size_t project = place.size() > 1 && iequals(place[0], "DefaultCollection") ? 1 : 0;
    const bool plain = parts.origin == "https://" + parts.host && place.size() <= project + 2 &&
                       !out.organization.empty() && out.organization.find('.') == std::string::npos;
    out.origin = "https://" + std::string(kAzure);
    return plain && read_project(parts.path, project, out.project);
  }
  if (place.size() < 2) return false;
  if (host == kAzure) {
    out.organization = place[0];
    return place.size() <= 3 && read_project(parts.path, 1, out.project);
  }
  out.organization = place[place.size() - 2];
  for (std::size_t i = 0; i + 2 < place.size(); ++i) {
    if (place[i].find_first_of("?#@%") != std::string::npos) return false;
    out.origin += "/" + place[i];
  }
  return read_project(parts.path, place.size() - 1, out.project);
}

inline RunLinkReading read_one_link(std::string_view url) {
  const auto parts = split_link(url);
  if (!parts) return {std::nullopt, "its host must be a plain name, without user and password"};
  const auto segments = segments_of(parts->path);
  if (!segments) return {std::nullopt, kNoOneWay};
  std::size_t page = 0;
  while (page < segments->size() && (*segments)[page].front() != '_') ++page;
  const auto begin = segments->begin();
  const auto middle = begin + static_cast<std::ptrdiff_t>(page);
  RunIds ids;
  if (!read_page({middle, segments->end()}, ids)) return {std::nullopt, kNoPage};
  ids.add_all(parts->query);
  ids.add_all(parts->fragment);
  if (ids.clash()) return {std::nullopt, "buildId must be there once, and be one number"};
  if (ids.id() == 0) return {std::nullopt, kNoRun};
  RunLink link;
  link.run_id = ids.id();
  if (!read_place(*parts, {begin, middle}, link)) {
    const bool scheme = ends_with(parts->host, kVisualStudio) && scheme_length(url) == 7;
    return {std::nullopt, scheme ? "it must begin with https://"
                                 : "organization and project aren't where they belong"};
  }
  return {std::move(link), {}};
}

/// Of every cloud of Microsoft's.
inline bool is_safe_link(std::string_view host) {
  for (const std::string_view end : kSafeLinks) {
    if (ends_with(host, end)) return true;
  }
  return host == kTeamsLinks;
}

/// What a Safe Link of Outlook or Teams wraps, decoded once: a link and nothing else.
inline std::optional<std::string> wrapped_link(const LinkParts& parts) {
  RunIds ids;
  ids.add_all(parts.query);
  if (ids.clash() || ids.id() != 0 || !parts.fragment.empty()) return std::nullopt;
  std::optional<std::string> found;
  std::string_view pairs = parts.query;
  while (!pairs.empty()) {
    const std::string_view pair = pairs.substr(0, pairs.find('&'));
    pairs.remove_prefix(std::min(pair.size() + 1, pairs.size()));
    if (!iequals(pair.substr(0, pair.find('=')), "url")) continue;
    std::string url;
    if (found || pair.size() < 4 || !percent_decode(pair.substr(4), url)) return std::nullopt;
    found = std::move(url);
  }
  if (!found || !is_plain_text(*found) || scheme_length(*found) == 0) return std::nullopt;
  const bool one = found->find("://") == found->rfind("://");
  return one && link_length(*found) == found->size() ? found : std::nullopt;
}

/// One of the links that links_in found.
inline RunLinkReading read_found_link(std::string_view url) {
  if (scheme_length(url) == 0) return read_one_link("https://" + std::string(url));
  const auto parts = split_link(url);
  const bool wrapped = parts && is_safe_link(parts->host);
  if (!wrapped) return read_one_link(url);
  const auto inner = wrapped_link(*parts);
  if (!inner) return {std::nullopt, "it is a Safe Link: paste the link that it wraps"};
  return read_one_link(*inner);
}

/// `url` with every escape decoded, however often it was encoded.
inline std::string wholly_decoded(std::string_view url) {
  std::string text(url);
  constexpr int kMostTimes = 8;
  for (int i = 0; i < kMostTimes; ++i) {
    std::string decoded;
    percent_decode(text, decoded);
    if (decoded == text) break;
    text = std::move(decoded);
  }
  return text;
}

/// Whether a path that can be read in more than one way may lead to a run in one of them.
inline bool may_lead_to_run(std::string_view decoded) {
  if (decoded.find('\\') != std::string_view::npos) return true;
  if (decoded.find("/..") != std::string_view::npos) return true;
  for (const std::string_view parent : {"builds/", "runs/"}) {
    for (std::size_t at = ifind(decoded, parent); at != std::string_view::npos;
         at = ifind(decoded, parent, at + 1)) {
      const std::size_t id = decoded.find_first_not_of('/', at + parent.size());
      if (id != std::string_view::npos && is_digit(decoded[id])) return true;
    }
  }
  return false;
}

/// Whether it is a link that names no run, whoever reads it: a pull request, a badge, a wiki page.
inline bool is_beside(std::string_view url) {
  const auto parts = split_link(url);
  if (!parts) return false;
  if (is_safe_link(parts->host)) {
    const auto inner = wrapped_link(*parts);
    const auto inner_parts = inner ? split_link(*inner) : std::nullopt;
    return inner_parts && !is_safe_link(inner_parts->host) && is_beside(*inner);
  }
  const std::string decoded = wholly_decoded(url);
  if (ifind(decoded, "buildid") != std::string_view::npos) return false;
  const auto problem = read_one_link(url).problem;
  if (problem == kNoOneWay) return !may_lead_to_run(decoded);
  return problem == kNoPage || problem == kNoRun;
}

inline bool is_same(const RunLink& a, const RunLink& b) {
  return a.origin == b.origin && a.organization == b.organization && a.project == b.project &&
         a.run_id == b.run_id;
}

/// Whether what stands between the links keeps them apart, where some name no run.
inline bool are_apart(const std::vector<bool>& names_run, const std::vector<Joint>& joints) {
  for (std::size_t i = 0; i < joints.size(); ++i) {
    const bool runs = names_run[i] && names_run[i + 1];
    const bool image = joints[i] == Joint::kImage && !names_run[i];
    if (!runs && !image && joints[i] != Joint::kApart) return false;
  }
  return true;
}

}  // namespace detail

/// Reads the pages of a run, `{base}/{organization}/{project}/_build/results?buildId=4711…` (also
/// `_build/index`, `_build`, and the id in the fragment), what the API calls it,
/// `…/_apis/build/builds/4711…` and `…/_apis/pipelines/12/runs/4711…`, and
/// `https://{organization}.visualstudio.com/{project}/…`, whose origin is then
/// `https://dev.azure.com`. Blanks, brackets, quotes and words around the link are fine, and blanks
/// in the project's name; so are a team behind it and no scheme on Azure DevOps' own hosts, a Safe
/// Link around the link, the same run's link or `buildId` once more, and links beside it that name
/// no run, to whatever host. No link where two readers could find two runs, or another one.
ADOMCP_SDK_FUNCTION RunLinkReading read_run_link(std::string_view text);

/// A base URL in the form of RunLink::origin; empty when it isn't one.
ADOMCP_SDK_FUNCTION std::string normal_base_url(std::string_view base_url);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION RunLinkReading read_run_link(std::string_view text) {
  if (text.size() > detail::kMostPasted) return {std::nullopt, "it is longer than 8192 bytes"};
  if (!detail::is_shown_text(text)) {
    return {std::nullopt, "it holds a control character or broken UTF-8"};
  }
  if (detail::is_number(text)) return {std::nullopt, "it is a number, which belongs in run_id"};
  const auto found = detail::links_in(text);
  if (found.urls.empty()) return {std::nullopt, found.problem};
  RunLinkReading first = detail::read_found_link(found.urls.front());
  std::vector<bool> names_run;
  for (const auto& url : found.urls) {
    const RunLinkReading other = detail::read_found_link(url);
    if (!first.link && other.link) first = other;
    names_run.push_back(other.link.has_value());
    const bool same = other.link && detail::is_same(*first.link, *other.link);
    if (found.urls.size() > 1 && !same && !detail::is_beside(url)) {
      return {std::nullopt, "it holds several links"};
    }
  }
  for (const std::int64_t id : found.told) {
    if (!first.link || id != first.link->run_id) return {std::nullopt, detail::kTwoReadings};
  }
  if (first.link && !detail::are_apart(names_run, found.joints)) {
    return {std::nullopt, "it holds several links"};
  }
  return first;
}

ADOMCP_SDK_FUNCTION std::string normal_base_url(std::string_view base_url) {
  while (!base_url.empty() && base_url.back() == '/') base_url.remove_suffix(1);
  const auto parts = detail::split_link(base_url);
  if (!parts || !parts->query.empty() || !parts->fragment.empty()) return {};
  const auto segments = detail::segments_of(parts->path);
  if (!segments) return {};
  std::string out = parts->origin;
  for (const auto& segment : *segments) out += "/" + segment;
  return out;
}

}  // namespace adomcp::sdk

#endif
