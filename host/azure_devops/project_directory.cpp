#include "azure_devops/project_directory.h"

#include <Poco/URI.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>

#include "azure_devops/upstream.h"
#include "core/guid.h"
#include "core/json.h"
#include "core/name_match.h"
#include "core/side_by_side.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kAttempt{3000};
constexpr std::size_t kOrganizationsAtOnce = 8;

Result<std::string> id_in(const std::string& text, const std::string& asked) {
  const json project = json_from(text);
  if (!project.is_object()) {
    return Error{ErrorCode::kUnavailable, "Azure DevOps answered with broken JSON.", {}};
  }
  const std::string id = to_lower(text_at(project, "id"));
  const std::string name = text_at(project, "name");
  if (!is_guid(id)) {
    return Error{
        ErrorCode::kUnavailable, "Azure DevOps gave no project id for '" + asked + "'.", {}};
  }
  if (same_name(name, asked) || iequals(id, asked)) return id;
  return Error{ErrorCode::kDenied,
               "Azure DevOps answers for '" + asked + "' with project '" +
                   std::string(truncate_utf8(name, 100)) + "'.",
               "If it was renamed, list its new name."};
}

std::vector<ProjectProblem> missing_from(const policy::Policy& policy) {
  std::vector<ProjectProblem> missing;
  for (const auto& organization : policy.organizations) {
    for (const auto& project : organization.projects) {
      if (!project.id.empty()) continue;
      missing.push_back({organization.name, project.name, "It was not asked for yet."});
    }
  }
  return missing;
}

bool any_unread(const policy::Policy& policy) {
  for (const auto& organization : policy.organizations) {
    for (const auto& project : organization.projects) {
      if (project.protection == policy::Protection::kUnread) return true;
    }
  }
  return false;
}

/// Of a project that has its id.
void read_protected(const policy::Organization& organization, policy::Project& project,
                    const ListPipelines& pipelines, Deadline deadline) {
  if (project.protection != policy::Protection::kUnread || project.id.empty()) return;
  try {
    protect(project, pipelines(organization.name, project.id, deadline));
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it stays unread
  }
}

/// Asks for the ids that one organisation's projects lack; gives those that could not be had.
std::vector<ProjectProblem> resolve_in(policy::Organization& organization,
                                       const ProjectDirectory::Fetch& fetch,
                                       const ListPipelines& pipelines, Deadline deadline) {
  std::vector<ProjectProblem> problems;
  for (auto& project : organization.projects) {
    read_protected(organization, project, pipelines, deadline);
    if (!project.id.empty()) continue;
    auto id =
        Result<std::string>(Error{ErrorCode::kInternal, "The host failed to ask for it.", {}});
    try {
      const auto text = fetch(organization.name, project.name, deadline);
      id = text ? id_in(*text, project.name) : Result<std::string>(text.error());
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): that is what `id` says
    }
    if (id) {
      project.id = std::move(id).value();
      read_protected(organization, project, pipelines, deadline);
    } else {
      problems.push_back({organization.name, project.name, id.error().text()});
    }
  }
  return problems;
}

/// A rename doesn't unprotect, so what was protected stays so while the same list stands.
void keep_protection(policy::Project& next, const policy::Project& before) {
  const bool same = next.trigger && before.trigger &&
                    next.trigger->protected_pipelines == before.trigger->protected_pipelines &&
                    next.trigger->confirm == before.trigger->confirm;
  if (!same) return;
  next.protected_ids = before.protected_ids;
  next.protection = before.protection;
}

/// Of projects that are still named as they were.
void keep_ids(policy::Policy& next, const policy::Policy& before) {
  for (auto& organization : next.organizations) {
    const auto former = std::find_if(
        before.organizations.begin(), before.organizations.end(),
        [&](const policy::Organization& one) { return one.name == organization.name; });
    if (former == before.organizations.end()) continue;
    for (auto& project : organization.projects) {
      const auto known =
          std::find_if(former->projects.begin(), former->projects.end(),
                       [&](const policy::Project& one) { return one.name == project.name; });
      if (known == former->projects.end()) continue;
      project.id = known->id;
      keep_protection(project, *known);
    }
  }
}

}  // namespace

ProjectDirectory::ProjectDirectory(const std::vector<OrganizationSettings>& organizations,
                                   policy::Access access, Fetch fetch,
                                   std::chrono::milliseconds retry_interval,
                                   ListPipelines pipelines)
    : fetch_(std::move(fetch)), pipelines_(std::move(pipelines)), retry_interval_(retry_interval) {
  auto policy = std::make_shared<const policy::Policy>(policy_of(organizations, std::move(access)));
  const bool unread = any_unread(*policy);
  state_ = {policy, missing_from(*policy), unread, std::chrono::steady_clock::time_point::min()};
}

policy::Policy ProjectDirectory::policy_of(const std::vector<OrganizationSettings>& organizations,
                                           policy::Access access) const {
  policy::Policy policy{{}, std::move(access)};
  for (const auto& settings : organizations) {
    policy::Organization organization{settings.name, settings.base_urls, {}};
    for (const auto& listed : settings.projects) {
      policy::Project project{"", listed.name, listed.trigger};
      project.control = listed.control;
      if (pipelines_ && wants_protected_ids(project)) {
        project.protection = policy::Protection::kUnread;
      }
      organization.projects.push_back(std::move(project));
    }
    policy.organizations.push_back(std::move(organization));
  }
  return policy;
}

void ProjectDirectory::replace(const std::vector<OrganizationSettings>& organizations,
                               policy::Access access) {
  auto next = policy_of(organizations, std::move(access));
  const std::lock_guard lock(mutex_);
  keep_ids(next, *state_.policy);
  auto policy = std::make_shared<const policy::Policy>(std::move(next));
  auto problems = missing_from(*policy);
  const bool unread = any_unread(*policy);
  state_ = {std::move(policy), std::move(problems), unread,
            std::chrono::steady_clock::time_point::min()};
}

void ProjectDirectory::resolve(Deadline deadline) {
  const std::lock_guard turn(resolving_);
  resolve_missing(deadline);
}

/// Side by side, so that one organisation that doesn't answer takes no time from the others.
void ProjectDirectory::resolve_missing(Deadline deadline) {
  const auto before = snapshot();
  policy::Policy next = *before;
  std::vector<std::vector<ProjectProblem>> found(next.organizations.size());
  side_by_side(found.size(), kOrganizationsAtOnce, [&](std::size_t i) {
    found[i] = resolve_in(next.organizations[i], fetch_, pipelines_, deadline);
  });
  std::vector<ProjectProblem> problems;
  for (auto& some : found) std::move(some.begin(), some.end(), std::back_inserter(problems));
  const std::lock_guard lock(mutex_);
  if (state_.policy != before) return;  // replaced meanwhile: the next attempt asks for that
  const bool unread = any_unread(next);
  state_ = {std::make_shared<const policy::Policy>(std::move(next)), std::move(problems), unread,
            std::chrono::steady_clock::now()};
}

std::shared_ptr<const policy::Policy> ProjectDirectory::snapshot() const {
  const std::lock_guard lock(mutex_);
  return state_.policy;
}

std::shared_ptr<const policy::Policy> ProjectDirectory::current() {
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    const bool whole = state_.problems.empty() && !state_.unread;
    if (whole || now - retry_interval_ < state_.attempted) return state_.policy;
  }
  const std::unique_lock turn(resolving_, std::try_to_lock);
  if (turn.owns_lock()) resolve_missing(Deadline::after(kAttempt));
  return snapshot();
}

std::vector<ProjectProblem> ProjectDirectory::problems() const {
  const std::lock_guard lock(mutex_);
  return state_.problems;
}

std::vector<ProjectProblem> ProjectDirectory::unclear() const {
  std::vector<ProjectProblem> found;
  const auto policy = snapshot();
  for (const auto& organization : policy->organizations) {
    for (const auto& project : organization.projects) {
      if (project.protection == policy::Protection::kNames) continue;
      const bool unread = project.protection == policy::Protection::kUnread;
      found.push_back({organization.name, project.name,
                       unread ? "its pipelines can't be listed"
                              : "protected.pipelines has a name that no pipeline has"});
    }
  }
  return found;
}

ProjectDirectory::Fetch project_fetcher(std::shared_ptr<Upstream> upstream) {
  return
      [upstream = std::move(upstream)](const std::string& organization, const std::string& project,
                                       Deadline deadline) -> Result<std::string> {
        std::string name;
        Poco::URI::encode(project, "/?#[]@!$&'()*+,;=%", name);
        UpstreamRequest request;
        request.asked = {organization, "", "projects/" + project};
        request.target = api_target(organization, "", "projects/" + name, "api-version=7.1");
        request.deadline = deadline;
        request.identity = Identity::kHost;
        auto answer = upstream->get(request);
        if (!answer) return answer.error();
        return std::move(answer->response.body);
      };
}

}  // namespace adomcp::azure_devops
