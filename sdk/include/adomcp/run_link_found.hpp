// adomcp/run_link_found.hpp - finds the links in what a person pasted: without the blanks,
// brackets, quotes and sentence around them. Part of run_link.hpp. Header only, standard library
// only.
#pragma once

#include <adomcp/run_link_text.hpp>
#include <adomcp/text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace adomcp::sdk::detail {

/// Bytes of a line break or tab that was written out, as JSON and logs write it: "\n".
inline std::size_t written_blank(std::string_view text) {
  const bool is_one = text.size() > 1 && text[0] == '\\' &&
                      std::string_view("nrt").find(text[1]) != std::string_view::npos;
  return is_one ? 2 : 0;
}

/// Whether the backslash at the start of `rest`, up to which a link goes, may join more to it: the
/// rest of a number or of a path.
inline bool joins_more(std::string_view link, std::string_view rest) {
  std::string_view next = rest;
  while (written_blank(next) > 0) next.remove_prefix(written_blank(next));
  const bool broken = next.size() != rest.size();  // a line ends here
  if (!broken) next.remove_prefix(1);
  if (next.empty()) return false;
  const auto point = decode_utf8(next);
  if (is_other_digit(point.value)) return true;
  if (is_digit(next[0])) return ends_in_id(link) && (!broken || is_rest_of_number(next));
  for (std::size_t i = 0; i < next.size() && !begins_blank(next.substr(i)); ++i) {
    if (std::string_view("\"<>|`").find(next[i]) != std::string_view::npos) return false;
    if (std::string_view("/?#&=%").find(next[i]) != std::string_view::npos) return true;
    if (next.substr(i, 2) == "..") return true;
  }
  return false;
}

/// What stands between a link and the next one.
enum class Joint {
  kNone,   ///< nothing that keeps them apart: "[{link}]({link})"
  kImage,  ///< the first one is an image within the second one's text: "[![x]({link})]({link})"
  kApart,  ///< a blank, or the end of a Markdown link or of a JSON text
};

inline Joint joint_of(std::string_view between) {
  if (between.substr(0, 3) == ")](") return Joint::kImage;
  const bool closed =
      !between.empty() && between[0] == ')' && between.find('(', 1) != std::string_view::npos;
  if (closed || between.find("\",") != std::string_view::npos) return Joint::kApart;
  for (std::size_t i = 0; i < between.size(); ++i) {
    const std::string_view rest = between.substr(i);
    if (begins_blank(rest) || written_blank(rest) > 0) return Joint::kApart;
  }
  return Joint::kNone;
}

constexpr std::string_view kTwoReadings = "it can be read in more than one way";

struct PastedLinks {
  std::vector<std::string_view> urls;
  std::vector<Joint> joints;       ///< between each and the next one
  std::vector<std::int64_t> told;  ///< ids that the text beside them says, 0 for what is no number
  std::string_view problem;        ///< why there are none
};

/// The id behind a "buildId" in words: " 4711", ": 4711". Nothing when the link follows at once.
inline std::optional<std::int64_t> told_id(std::string_view text, bool link_follows) {
  while (!text.empty()) {
    const auto point = decode_utf8(text);
    if (!is_blank(point.value) && !is_wrapping(point.value) && text[0] != '=' && text[0] != '#') {
      break;
    }
    text.remove_prefix(point.size);
  }
  if (text.empty()) return link_follows ? std::nullopt : std::optional<std::int64_t>(0);
  std::int64_t id = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 18 && is_digit(text[digits])) {
    id = id * 10 + (text[digits++] - '0');
  }
  text.remove_prefix(digits);
  while (!text.empty() && is_wrapping(decode_utf8(text).value)) {
    text.remove_prefix(decode_utf8(text).size);
  }
  const bool ends = text.empty() || begins_blank(text) || written_blank(text) > 0;
  return ends ? id : 0;
}

/// Every "buildId" that `text` says beside the links.
inline void read_told(std::string_view text, bool link_follows, std::vector<std::int64_t>& out) {
  constexpr std::string_view kName = "buildid";
  for (std::size_t at = ifind(text, kName); at != std::string_view::npos;
       at = ifind(text, kName, at + 1)) {
    const auto id = told_id(text.substr(at + kName.size()), link_follows);
    if (id) out.push_back(*id);
  }
}

/// Whether `text` ends with a name and "=" that say that a link follows: "url=", "<a href=".
inline bool ends_with_label(std::string_view text) {
  if (text.empty() || text.back() != '=') return false;
  text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && (is_alnum(text[begin - 1]) || text[begin - 1] == '_')) --begin;
  const std::string_view name = text.substr(begin);
  const std::string_view before = text.substr(0, begin);
  if (!before.empty() && !is_blank(last_point(before).value)) return false;
  for (const std::string_view label : {"url", "run_url", "href", "link", "uri"}) {
    if (iequals(name, label)) return true;
  }
  return false;
}

/// Where links begin: at the start, behind a blank or what opens a bracket, or behind a letter of a
/// script that writes no blanks. Anything else makes it part of another link.
inline bool may_begin(std::string_view before) {
  while (!before.empty() && before.back() == '-') before.remove_suffix(1);
  if (before.empty() || ends_with_label(before)) return true;
  if (before.size() > 1 && written_blank(before.substr(before.size() - 2)) > 0) return true;
  const auto point = last_point(before);
  if (point.value >= 0x80 || is_blank(point.value)) return true;
  return std::string_view("\"'`<>([{*_|~:").find(before.back()) != std::string_view::npos;
}

/// Whether a link to Azure DevOps' own hosts begins at `at` without its scheme. Only in a text that
/// has no scheme at all.
inline bool is_bare_link(std::string_view text, std::size_t at) {
  if (at > 0) {
    const bool opened =
        std::string_view("\"'`<>([{*|").find(text[at - 1]) != std::string_view::npos;
    if (!opened && !is_blank(last_point(text.substr(0, at)).value)) return false;
  }
  const std::string_view rest = text.substr(at);
  constexpr std::string_view kNewHost = "dev.azure.com/";
  constexpr std::string_view kOldHost = ".visualstudio.com/";
  if (iequals(rest.substr(0, kNewHost.size()), kNewHost)) return true;
  std::size_t label = 0;
  while (label < rest.size() && (is_alnum(rest[label]) || rest[label] == '-')) ++label;
  return label > 0 && iequals(rest.substr(label, kOldHost.size()), kOldHost);
}

/// Where the next link begins, from `from` on; the text's size: nowhere.
inline std::size_t next_link(std::string_view text, std::size_t from, bool bare) {
  while (from < text.size() && scheme_length(text.substr(from)) == 0 &&
         !(bare && is_bare_link(text, from))) {
    ++from;
  }
  return from;
}

/// Why the link at the start of `text`, `length` bytes of it, may not be all of it; empty: it is.
/// The next link begins at `next`.
inline std::string_view cut_problem(std::string_view text, std::size_t length, std::size_t next) {
  const std::string_view link = text.substr(0, length);
  const std::string_view rest = text.substr(length);
  if (!rest.empty() && is_other_digit(decode_utf8(rest).value)) {
    return "its number must be written in the digits 0 to 9";
  }
  if (goes_on(link, rest)) return "a blank or line break cuts it in two";
  if (!rest.empty() && rest[0] == '\\' && joins_more(link, text.substr(length, next - length))) {
    return "a backslash cuts it in two";
  }
  return {};
}

/// The links of a pasted text. They may lack the scheme where is_bare_link says so.
inline PastedLinks links_in(std::string_view text) {
  PastedLinks out;
  const bool bare = text.find("://") == std::string_view::npos;
  std::size_t told = 0;  // where the text behind the last link begins
  std::size_t end = 0;   // and where the link itself ends
  for (std::size_t i = next_link(text, 0, bare); i < text.size();) {
    if (!bare && !may_begin(text.substr(0, i))) return {{}, {}, {}, kTwoReadings};
    read_told(text.substr(told, i - told), true, out.told);
    if (!out.urls.empty()) out.joints.push_back(joint_of(text.substr(end, i - end)));
    const std::size_t next = next_link(text, i + 1, bare);
    const std::string_view piece = text.substr(i, next - i);
    const std::size_t length = link_length(piece);
    const auto problem = cut_problem(text.substr(i), length, next - i);
    if (!problem.empty()) return {{}, {}, {}, problem};
    out.urls.push_back(without_end(piece.substr(0, length)));
    told = i + length;
    end = i + out.urls.back().size();
    i = next;
  }
  if (out.urls.empty()) {
    return {{}, {}, {}, "it holds no link that begins with https:// or http://"};
  }
  read_told(text.substr(told), false, out.told);
  return out;
}

}  // namespace adomcp::sdk::detail
