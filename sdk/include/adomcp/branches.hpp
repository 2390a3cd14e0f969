// adomcp/branches.hpp - how a branch is called in full: what people write, what Azure DevOps wants,
// and what is shown. The host reads the branch of a run that a tool starts with the same functions.
// Header only.
#pragma once

#include <adomcp/separate.hpp>
#include <adomcp/text.hpp>
#include <algorithm>
#include <string>
#include <string_view>

namespace adomcp::sdk {

namespace branch_detail {

inline bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
inline bool istarts_with(std::string_view text, std::string_view start) {
  return iequals(text.substr(0, start.size()), start);
}

/// "$/Payments/Main": a path of Team Foundation Version Control.
inline bool is_tfvc(std::string_view branch) {
  return starts_with(branch, "$/");
}
/// "name;owner": what a gated check-in of TFVC is built from.
inline bool is_shelveset(std::string_view branch) {
  const std::size_t mark = branch.find(';');
  return mark != std::string_view::npos && mark > 0 && mark + 1 < branch.size() &&
         !istarts_with(branch, "refs/");
}

inline std::string_view without_slashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

/// "pull/7/merge" and "pull/7/head", as GitHub and its users write them.
inline bool is_pull_request(std::string_view text) {
  if (!starts_with(text, "pull/")) return false;
  text.remove_prefix(5);
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  return digits > 0 && (text.substr(digits) == "/merge" || text.substr(digits) == "/head");
}

/// "refs/heads/x" of "Refs/Heads/x": the kind is written in one way only, the name as it is.
inline std::string with_plain_kind(std::string_view reference) {
  std::string out(reference);
  out.replace(0, 5, "refs/");
  for (const std::string_view kind : {"refs/heads/", "refs/tags/", "refs/pull/"}) {
    if (istarts_with(out, kind)) out.replace(0, kind.size(), kind);
  }
  return out;
}

inline bool is_commit(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

inline bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

/// Whether git lets a reference be called so (git-check-ref-format).
inline bool is_git_reference(std::string_view reference) {
  if (has_control(reference) || reference.find_first_of(" ~^:?*[\\") != reference.npos) {
    return false;
  }
  for (const std::string_view never : {"..", "//", "@{", "/.", ".lock/"}) {
    if (reference.find(never) != reference.npos) return false;
  }
  constexpr std::string_view kLock = ".lock";
  const bool lock = reference.size() >= kLock.size() &&
                    reference.substr(reference.size() - kLock.size()) == kLock;
  return !lock && reference.back() != '.';
}

}  // namespace branch_detail

/// The full reference of what people write: "main", "heads/main" and "/main" -> "refs/heads/main";
/// "tags/v1" and "pull/7/merge" get their "refs/"; references of any kind, TFVC paths ("$/…") and
/// shelvesets ("name;owner") stay as they are. Blanks around are dropped; empty stays empty. Ask
/// `branch_problem` first.
ADOMCP_SDK_FUNCTION std::string full_branch(std::string_view branch);

/// What is shown: "refs/heads/main" -> "main". Other references (tags, pull requests) and TFVC
/// paths stay whole, as does a branch whose short name would be read as something else.
ADOMCP_SDK_FUNCTION std::string short_branch(std::string_view reference);

/// Whether two full names are of one branch: TFVC paths in any case.
ADOMCP_SDK_FUNCTION bool same_branch(std::string_view one, std::string_view other);

/// Why it can't be told which branch is meant, as the end of a sentence that begins with the
/// branch; empty when all is well.
ADOMCP_SDK_FUNCTION std::string branch_problem(std::string_view branch);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION std::string full_branch(std::string_view branch) {
  branch = trim(branch);
  if (branch_detail::is_shelveset(branch)) return std::string(branch);
  const std::string_view name = branch_detail::without_slashes(branch);
  if (name.empty()) return {};
  if (branch_detail::is_tfvc(name) || (name == "$" && branch_detail::is_tfvc(branch))) {
    return name == "$" ? "$/" : std::string(name);
  }
  if (branch_detail::istarts_with(name, "refs/")) return branch_detail::with_plain_kind(name);
  const bool kind =
      branch_detail::starts_with(name, "heads/") || branch_detail::starts_with(name, "tags/");
  if (kind || branch_detail::is_pull_request(name)) return "refs/" + std::string(name);
  return "refs/heads/" + std::string(name);
}

ADOMCP_SDK_FUNCTION std::string short_branch(std::string_view reference) {
  constexpr std::string_view kHeads = "refs/heads/";
  if (!branch_detail::starts_with(reference, kHeads)) return std::string(reference);
  const std::string_view name = reference.substr(kHeads.size());
  const bool unclear = branch_detail::starts_with(name, "origin/") ||
                       branch_detail::is_commit(name) || full_branch(name) != reference;
  return std::string(unclear ? reference : name);
}

ADOMCP_SDK_FUNCTION bool same_branch(std::string_view one, std::string_view other) {
  return branch_detail::is_tfvc(one) ? iequals(one, other) : one == other;
}

ADOMCP_SDK_FUNCTION std::string branch_problem(std::string_view branch) {
  branch = trim(branch);
  if (branch.empty()) return {};
  if (branch_detail::has_control(branch)) return "holds a control character";
  if (branch_detail::is_shelveset(branch)) return {};
  const std::string full = full_branch(branch);
  if (branch_detail::is_tfvc(full)) {
    const bool odd = full.find_first_of("*?:\"<>|") != full.npos || full.find("..") != full.npos;
    return odd ? "is no TFVC path" : "";
  }
  const std::string_view name = branch_detail::without_slashes(branch);
  if (branch_detail::is_commit(name)) return "is a commit, not a branch";
  if (branch_detail::starts_with(name, "origin/")) {
    const std::string plain(name.substr(7));
    return "may be a clone's name for the branch \"" + plain +
           "\", or a branch of that very name:" + " write \"" + plain +
           "\" or \"refs/heads/origin/" + plain + "\"";
  }
  const std::size_t kind = full.find('/', 5);
  if (kind == full.npos || kind + 1 >= full.size()) return "names no branch";
  if (branch_detail::is_git_reference(full)) return {};
  return "can't be the name of a branch; wildcards aren't understood";
}

}  // namespace adomcp::sdk

#endif
