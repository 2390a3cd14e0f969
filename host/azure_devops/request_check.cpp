#include "azure_devops/request_check.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

constexpr std::size_t kMaxPath = 1024;
constexpr std::size_t kMaxQuery = 4096;
constexpr std::size_t kMaxHeader = 128;
constexpr std::string_view kApiVersion = "7.1";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

Error invalid(const std::string& what, std::string hint) {
  return {ErrorCode::kInvalid, "The tool asked Azure DevOps for " + what + ".", std::move(hint)};
}

bool unsafe_segment(std::string_view segment) {
  return segment.empty() || segment == "." || segment == ".." || has_control(segment) ||
         segment.find_first_of("/\\") != std::string_view::npos;
}

/// Checks one segment as it is and in every form that decoding it again could give.
bool safe_segment(const std::string& raw) {
  std::string form = raw;
  for (int round = 0; round < 4; ++round) {
    if (unsafe_segment(form)) return false;
    if (form.find('%') == std::string::npos) return true;
    std::string decoded;
    try {
      Poco::URI::decode(form, decoded);
    } catch (const Poco::Exception&) {
      return round > 0;  // "50%" may be the decoded name itself, but never the raw one
    }
    form = std::move(decoded);
  }
  return false;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool safe_path(const std::string& path) {
  if (path.empty() || path.size() > kMaxPath || !visible_ascii(path)) return false;
  if (path.find_first_of("?#\\:<>\"{}|^`;") != std::string::npos) return false;
  const auto segments = split(path, '/');
  return std::all_of(segments.begin(), segments.end(), safe_segment);
}

/// "7.1", "7.1-preview", "7.2-preview.3"
bool good_api_version(std::string_view version) {
  if (!version.starts_with("7.")) return false;
  version.remove_prefix(2);
  const auto digits = std::find_if_not(version.begin(), version.end(), is_digit);
  const auto count = static_cast<std::size_t>(digits - version.begin());
  if (count == 0 || count > 2) return false;
  version.remove_prefix(count);
  if (version.empty() || version == "-preview") return true;
  if (!version.starts_with("-preview.")) return false;
  version.remove_prefix(9);
  return !version.empty() && version.size() <= 2 &&
         std::all_of(version.begin(), version.end(), is_digit);
}

Result<std::string> checked_query(const std::string& query) {
  const Error bad = invalid("a query that can't be sent",
                            "Percent-encode values; at most " + std::to_string(kMaxQuery) +
                                " bytes, no control characters, no '#'.");
  if (query.size() > kMaxQuery || !visible_ascii(query) || query.find('#') != std::string::npos) {
    return bad;
  }
  bool versioned = false;
  for (const auto& part : split(query, '&')) {
    const auto equals = part.find('=');
    std::string key;
    std::string value;
    try {
      Poco::URI::decode(part.substr(0, equals), key);
      if (equals != std::string::npos) Poco::URI::decode(part.substr(equals + 1), value);
    } catch (const Poco::Exception&) {
      return bad;
    }
    if (has_control(key) || has_control(value)) return bad;
    if (!iequals(key, "api-version")) continue;
    if (versioned || key != part.substr(0, equals) || !good_api_version(value) ||
        value != part.substr(equals + 1)) {
      return invalid("an api-version that isn't allowed", "Send one of 7.x or 7.x-preview.n.");
    }
    versioned = true;
  }
  if (versioned) return query;
  return query + (query.empty() ? "" : "&") + "api-version=" + std::string(kApiVersion);
}

/// 0 for what is no positive whole number.
std::int64_t id_of(const std::string& digits) {
  std::int64_t id = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  const bool whole = error == std::errc() && stop == digits.data() + digits.size();
  return whole && id > 0 && is_digit(digits.front()) ? id : 0;
}

/// The id in "pipelines/{id}/{verb}"; 0 for any other path.
std::int64_t pipeline_of(const std::string& path, std::string_view verb) {
  const auto segments = split(path, '/');
  if (segments.size() != 3 || segments[0] != "pipelines" || segments[2] != verb) return 0;
  return id_of(segments[1]);
}

/// A stage's identifier, as the YAML has them: so it is the same in a path and in a timeline.
bool is_stage(std::string_view name) {
  constexpr std::size_t kLongest = 256;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                  c == '-';
         });
}

/// Which change of a run a PATCH is; kRead: none.
CheckedRequest change_of(const std::string& path) {
  CheckedRequest found;
  const auto segments = split(path, '/');
  if (path == "pipelines/approvals") found.kind = RequestKind::kDecidesApproval;
  if (segments.size() < 3 || segments[0] != "build" || segments[1] != "builds") return found;
  found.run_id = id_of(segments[2]);
  if (found.run_id == 0) return found;
  if (segments.size() == 3) found.kind = RequestKind::kCancelsRun;
  if (segments.size() == 5 && segments[3] == "stages" && is_stage(segments[4])) {
    found.kind = RequestKind::kRetriesStage;
    found.stage = segments[4];
  }
  return found;
}

Error read_only_tool(const std::string& named) {
  return {ErrorCode::kDenied, named + " is refused: the tool is declared read only.", {}};
}

Result<CheckedRequest> listed(const Request& request, bool read_only, CheckedRequest checked) {
  if (request.method == "GET") {
    if (request.body.empty()) return checked;
    return invalid("a GET with a body", "Leave the body out.");
  }
  const std::string named = request.method.substr(0, 16) + " " + request.path;
  if (request.method == "POST") {
    checked.kind = RequestKind::kPreview;
    checked.pipeline_id = pipeline_of(request.path, "preview");
    if (checked.pipeline_id == 0) {
      checked.kind = RequestKind::kStartsRun;
      checked.pipeline_id = pipeline_of(request.path, "runs");
    }
    if (checked.pipeline_id > 0 && checked.kind == RequestKind::kStartsRun && read_only) {
      return read_only_tool(named);
    }
    // A query could choose another version of the pipeline than the one that is decided on.
    if (checked.pipeline_id > 0 && request.query.empty()) return checked;
    if (checked.pipeline_id > 0) return invalid("a write with a query", "Leave the query out.");
  }
  if (request.method == "PATCH") {
    const CheckedRequest change = change_of(request.path);
    if (change.kind != RequestKind::kRead) {
      if (read_only) return read_only_tool(named);
      if (!request.query.empty()) return invalid("a write with a query", "Leave the query out.");
      checked.kind = change.kind;
      checked.run_id = change.run_id;
      checked.stage = change.stage;
      return checked;
    }
  }
  return Error{ErrorCode::kDenied, named + " is refused: it is not on the list of writes.",
               "Allowed are GET, POST pipelines/{id}/preview, POST pipelines/{id}/runs, and PATCH "
               "of build/builds/{id}, of build/builds/{id}/stages/{stage} and of "
               "pipelines/approvals."};
}

}  // namespace

Result<CheckedRequest> check_request(const Request& request, bool read_only) {
  if (!visible_ascii(request.method)) return invalid("an unknown method", "Use GET or POST.");
  if (!safe_path(request.path)) {
    return invalid("a path that can't be sent",
                   "Paths are relative to the project's _apis/, percent-encoded, without dots, "
                   "empty parts, backslashes or encoded slashes.");
  }
  const std::string headers = request.accept + request.content_type;
  if (headers.size() > kMaxHeader || has_control(headers) || !is_utf8(headers)) {
    return invalid("an unusable content type", "Use application/json or text/plain.");
  }
  auto query = checked_query(request.query);
  if (!query) return query.error();
  CheckedRequest checked;
  checked.path = request.path;
  checked.query = std::move(query).value();
  return listed(request, read_only, std::move(checked));
}

}  // namespace adomcp::azure_devops
