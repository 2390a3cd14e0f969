// adomcp/runs.hpp - what tools about runs share: the `branch` argument, and what a build says of
// the pull request it was made for and of its deletion. Header only.
#pragma once

#include <adomcp/azure.hpp>
#include <adomcp/call.hpp>
#include <adomcp/outputs.hpp>
#include <adomcp/separate.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::sdk {

/// The `branch` argument in full; empty when there is none. Throws ToolError with what to write
/// instead when it can't be told which branch is meant.
ADOMCP_SDK_FUNCTION std::string branch_argument(const std::optional<std::string>& branch);

namespace run_detail {

/// True and "True" alike: Azure writes some flags as text.
inline bool is_true(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  return value.is_string() && iequals(value.get_ref<const std::string&>(), "true");
}

}  // namespace run_detail

/// When, by whom and why a build was deleted, each as far as it is known.
struct Deletion {
  std::optional<std::string> on, by, reason;

  static constexpr auto fields() {
    return adomcp::fields(output::field("on", &Deletion::on).date_time(),
                          output::field("by", &Deletion::by),
                          output::field("reason", &Deletion::reason));
  }
};

/// Nothing where the build isn't deleted.
ADOMCP_SDK_FUNCTION std::optional<Deletion> deletion_of(const Json& build);

namespace run_detail {

/// "7" of "refs/pull/7/merge"; nothing of any other reference.
inline std::optional<std::int64_t> pull_request_number(std::string_view reference) {
  constexpr std::string_view kPull = "refs/pull/";
  if (!branch_detail::starts_with(reference, kPull)) return std::nullopt;
  const std::string_view rest = reference.substr(kPull.size());
  return parse_id(rest.substr(0, rest.find('/')));
}

/// The values that a run was queued with, which a build holds as JSON text.
inline Json parameters_of(const Json& build) {
  constexpr std::size_t kMost = 256U << 10U;
  const Json& parameters = member(build, "parameters");
  if (parameters.is_object()) return parameters;
  if (!parameters.is_string()) return Json::object();
  const auto& text = parameters.get_ref<const std::string&>();
  Json parsed = text.size() > kMost ? Json() : Json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : Json::object();
}

/// "owner/repository" and nothing that would lead elsewhere.
inline bool is_repository_name(std::string_view text) {
  std::size_t slashes = 0;
  for (const char c : text) {
    if (c == '/') ++slashes;
    if (!is_alnum(c) && c != '/' && c != '-' && c != '_' && c != '.') return false;
  }
  return slashes == 1 && text.front() != '/' && text.back() != '/' && text.find("..") == text.npos;
}

/// The page of a repository, without credentials, query or blanks; empty when it isn't one.
inline std::string repository_page(const Json& repository) {
  constexpr std::size_t kMost = 500;
  std::string url = raw_text_of(repository, "url");
  const bool web =
      branch_detail::starts_with(url, "https://") || branch_detail::starts_with(url, "http://");
  if (!web || url.size() > kMost || branch_detail::has_control(url) ||
      url.find_first_of(" @?#\"<>\\") != url.npos) {
    return {};
  }
  constexpr std::string_view kGit = ".git";
  if (url.size() > kGit.size() && url.substr(url.size() - kGit.size()) == kGit) {
    url.resize(url.size() - kGit.size());
  }
  return url;
}

inline std::string pull_request_page(const Json& repository, std::int64_t number) {
  const std::string type = raw_text_of(repository, "type");
  const std::string id = raw_text_of(repository, "id");
  const std::string at = std::to_string(number);
  const bool named = is_repository_name(id);
  if (iequals(type, "GitHub") && named) return "https://github.com/" + id + "/pull/" + at;
  if (iequals(type, "Bitbucket") && named) {
    return "https://bitbucket.org/" + id + "/pull-requests/" + at;
  }
  const std::string page = repository_page(repository);
  if (page.empty()) return {};
  if (iequals(type, "GitHubEnterprise")) return page + "/pull/" + at;
  return iequals(type, "TfsGit") ? page + "/pullrequest/" + at : std::string();
}

/// The number that people know. On GitHub the id is another one.
inline std::optional<std::int64_t> number_of(const Json& build, const Json& parameters) {
  const Json& trigger = member(build, "triggerInfo");
  if (const auto number = parse_id(raw_text_of(trigger, "pr.number"))) return number;
  if (const std::int64_t number = integer_of(trigger, "pr.number"); number > 0) return number;
  if (const auto number =
          parse_id(raw_text_of(parameters, "system.pullRequest.pullRequestNumber"))) {
    return number;
  }
  if (const auto number = pull_request_number(raw_text_of(build, "sourceBranch"))) return number;
  const bool azure = iequals(raw_text_of(member(build, "repository"), "type"), "TfsGit");
  if (!azure) return std::nullopt;
  return parse_id(raw_text_of(parameters, "system.pullRequest.pullRequestId"));
}

inline std::string first_of(std::string one, std::string other) {
  return one.empty() ? std::move(other) : std::move(one);
}

/// A branch of a pull request in full; services write it with or without "refs/heads/".
inline std::string pull_request_branch(const std::string& name) {
  if (name.empty() || branch_detail::istarts_with(name, "refs/")) return name;
  return "refs/heads/" + name;
}

}  // namespace run_detail

/// The full reference of the branch that a run's pull request is to be merged into; empty when the
/// run was made for none or doesn't say.
ADOMCP_SDK_FUNCTION std::string target_branch_of(const Json& build);

/// The pull request that a run was made for, as far as it is known. Azure Repos names no author:
/// there the run is requested for them.
struct PullRequest {
  std::optional<std::int64_t> number;
  std::optional<std::string> title, author, source_branch, target_branch;
  std::optional<bool> fork;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("number", &PullRequest::number), output::field("title", &PullRequest::title),
        output::field("author", &PullRequest::author),
        output::field("source_branch", &PullRequest::source_branch),
        output::field("target_branch", &PullRequest::target_branch),
        output::field("fork", &PullRequest::fork), output::field("url", &PullRequest::url));
  }
};

namespace run_detail {

inline PullRequest pull_request(const Json& build, const Json& trigger, const Json& parameters) {
  PullRequest out;
  out.number = number_of(build, parameters);
  out.title = safe_text_of(trigger, "pr.title");
  out.author = safe_text_of(trigger, "pr.sender.name");
  const std::string source = first_of(raw_text_of(trigger, "pr.sourceBranch"),
                                      raw_text_of(parameters, "system.pullRequest.sourceBranch"));
  out.source_branch = safe_text(short_branch(pull_request_branch(source)), 300);
  out.target_branch = safe_text(short_branch(target_branch_of(build)), 300);
  if (is_true(member(trigger, "pr.isFork")) ||
      is_true(member(parameters, "system.pullRequest.isFork"))) {
    out.fork = true;
  }
  if (out.number) out.url = pull_request_page(member(build, "repository"), *out.number);
  return out;
}

}  // namespace run_detail

/// Nothing where the run was made for none, or for one of which nothing is known.
ADOMCP_SDK_FUNCTION std::optional<PullRequest> pull_request_of(const Json& build);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION std::string branch_argument(const std::optional<std::string>& branch) {
  const std::string text = branch.value_or("");
  const std::string problem = branch_problem(text);
  if (problem.empty()) return full_branch(text);
  throw ToolError("The branch \"" + safe_text(text, 100) + "\" " + safe_text(problem, 400) + ".",
                  ADOMCP_INVALID_ARGUMENT);
}

ADOMCP_SDK_FUNCTION std::optional<Deletion> deletion_of(const Json& build) {
  const Json& flag = member(build, "deleted");
  const std::string on = raw_text_of(build, "deletedDate");
  const bool told = flag.is_boolean() || flag.is_string();
  const bool deleted = told ? run_detail::is_true(flag) : parse_time(on).has_value();
  if (!deleted) return std::nullopt;
  Deletion out{std::nullopt, person_of(build, "deletedBy"), safe_text_of(build, "deletedReason")};
  if (parse_time(on)) out.on = on;
  return out;
}

ADOMCP_SDK_FUNCTION std::string target_branch_of(const Json& build) {
  const Json parameters = run_detail::parameters_of(build);
  return run_detail::pull_request_branch(
      run_detail::first_of(raw_text_of(parameters, "system.pullRequest.targetBranch"),
                           raw_text_of(parameters, "system.pullRequest.targetBranchName")));
}

ADOMCP_SDK_FUNCTION std::optional<PullRequest> pull_request_of(const Json& build) {
  const Json& trigger = member(build, "triggerInfo");
  const std::string branch = raw_text_of(build, "sourceBranch");
  const bool made_for_one = iequals(raw_text_of(build, "reason"), "pullRequest") ||
                            branch_detail::starts_with(branch, "refs/pull/") ||
                            !member(trigger, "pr.number").is_null();
  if (!made_for_one) return std::nullopt;
  PullRequest out = run_detail::pull_request(build, trigger, run_detail::parameters_of(build));
  if (json_of(out).empty()) return std::nullopt;
  return out;
}

}  // namespace adomcp::sdk

#endif
