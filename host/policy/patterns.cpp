#include "policy/patterns.h"

#include <algorithm>

#include "core/name_match.h"
#include "core/text.h"

namespace adomcp::policy {
namespace {

constexpr std::string_view kHeads = "refs/heads/";

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr std::string_view kSeparators = "\\/";  // between folders: Azure DevOps writes the first

bool is_all(std::string_view pattern) {
  return !pattern.empty() && pattern.find_first_not_of('*') == std::string_view::npos;
}

bool has_folder(std::string_view pattern) {
  return pattern.find_first_of(kSeparators) != std::string_view::npos;
}

using PathParts = std::vector<std::string_view>;

/// "a" and "b" of "\\a\\b" and of "/a/b/".
PathParts parts_of(std::string_view path) {
  PathParts parts;
  while (!path.empty()) {
    const auto end = std::min(path.find_first_of(kSeparators), path.size());
    if (end > 0) parts.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return parts;
}

/// The last part is for the name: "\\release\\**" is any name in any folder there.
PathParts pattern_parts(std::string_view pattern) {
  auto parts = parts_of(pattern);
  if (!parts.empty() && parts.back() == "**") parts.emplace_back("*");
  return parts;
}

std::string joined(const PathParts& parts) {
  std::string out;
  for (const auto part : parts) out.append("\\").append(part);
  return out;
}

/// Part by part; "**" stands for any number of them. Goes back to the last "**" alone.
bool path_matches(const PathParts& pattern, const PathParts& path) {
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::size_t at = 0;
  std::size_t last = kNone;  // place of the "**" that may take one part more
  std::size_t taken = 0;     // parts of the path that it and all before it have taken
  for (std::size_t i = 0; i < path.size();) {
    if (at < pattern.size() && pattern[at] == "**") {
      last = at++;
      taken = i;
    } else if (at < pattern.size() && name_matches(pattern[at], path[i])) {
      ++at;
      ++i;
    } else if (last != kNone) {
      at = last + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(at), pattern.end(),
                     [](std::string_view part) { return part == "**"; });
}

/// Ids are compared here, whatever else `matches` says of a pattern. Without a name none fits.
template <typename Matches>
bool any_pipeline(const PipelineRef& pipeline, const std::vector<std::string>& patterns,
                  const Matches& matches) {
  const std::string id = std::to_string(pipeline.id);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (is_number(pattern)) return pattern == id;
    return !pipeline.name.empty() && matches(pattern);
  });
}

constexpr std::string_view kTfvc = "$/";

/// "refs/tags/" of "refs/tags/v1", "$/" of a TFVC path; empty when there is no such start.
std::string_view kind_of(std::string_view reference) {
  if (reference.starts_with(kTfvc)) return reference.substr(0, kTfvc.size());
  if (!reference.starts_with("refs/")) return {};
  const auto slash = reference.find('/', 5);
  return slash == std::string_view::npos ? std::string_view() : reference.substr(0, slash + 1);
}

bool branch_matches(std::string_view branch, const std::string& pattern) {
  if (!pattern.starts_with("refs/") && !pattern.starts_with(kTfvc)) {
    return glob_match_case(std::string(kHeads) + pattern, branch);
  }
  return kind_of(pattern) == kind_of(branch) && glob_match_case(pattern, branch);
}

bool is_full_reference(std::string_view branch) {
  const auto kind = kind_of(branch);
  if (kind.empty() || branch.size() == kind.size() || branch.size() > 512) return false;
  if (branch.find("..") != std::string_view::npos) return false;
  const bool blanks = kind == kTfvc;  // no git reference has one
  return std::none_of(branch.begin(), branch.end(), [blanks](char c) {
    if (c == ' ') return !blanks;
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '*' || c == '?' || c == '\\';
  });
}

}  // namespace

std::string full_name(const PipelineRef& pipeline) {
  const auto folders = parts_of(pipeline.folder);
  const std::string name(pipeline.name);
  return folders.empty() ? name : joined(folders) + '\\' + name;
}

std::string full_name(const RunPipelineWrite& write) {
  return full_name(pipeline_of(write));
}

bool pipeline_listed(const PipelineRef& pipeline, const std::vector<std::string>& patterns) {
  return any_pipeline(pipeline, patterns, [&](const std::string& pattern) {
    if (is_all(pattern)) return true;
    auto place = parts_of(pipeline.folder);
    if (!has_folder(pattern)) return place.empty() && name_matches(pattern, pipeline.name);
    place.emplace_back(pipeline.name);
    return path_matches(pattern_parts(pattern), place);
  });
}

bool pipeline_protected(const RunPipelineWrite& write, const std::vector<std::string>& patterns) {
  return any_pipeline(pipeline_of(write), patterns, [&](const std::string& pattern) {
    if (!has_folder(pattern)) return name_matches(pattern, write.pipeline_name);
    auto place = parts_of(write.folder);
    place.emplace_back(write.pipeline_name);
    return name_matches(joined(parts_of(pattern)), joined(place)) ||
           path_matches(pattern_parts(pattern), place);
  });
}

bool names_one_pipeline(const std::string& pattern) {
  return !is_number(pattern) && pattern.find_first_of("*?") == std::string::npos;
}

bool branch_listed(const std::string& branch, const std::vector<std::string>& patterns) {
  return is_full_reference(branch) &&
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return branch_matches(branch, pattern); });
}

bool branch_protected(const std::string& branch, const std::vector<std::string>& patterns) {
  const auto name = std::string_view(branch).substr(kind_of(branch).size());
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return glob_match(pattern, branch) || glob_match(pattern, name);
  });
}

const std::string* first_unlisted(const std::vector<std::string>& names,
                                  const std::vector<std::string>& allowed) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return std::none_of(allowed.begin(), allowed.end(),
                        [&](const std::string& entry) { return iequals(entry, name); });
  });
  return found == names.end() ? nullptr : &*found;
}

}  // namespace adomcp::policy
