#include "policy/patterns.h"

#include <algorithm>

#include "core/text.h"

namespace adomcp::policy {
namespace {

constexpr std::string_view kHeads = "refs/heads/";

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
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

bool pipeline_listed(const RunPipelineWrite& write, const std::vector<std::string>& patterns) {
  const std::string id = std::to_string(write.pipeline_id);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (is_number(pattern)) return pattern == id;
    return !write.pipeline_name.empty() && glob_match(pattern, write.pipeline_name);
  });
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
