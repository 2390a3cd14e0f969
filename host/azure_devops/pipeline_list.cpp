#include "azure_devops/pipeline_list.h"

#include <Poco/URI.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "azure_devops/upstream.h"
#include "core/json.h"
#include "policy/patterns.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kPage = 500;
constexpr int kMostPages = 40;

Error broken() {
  return {ErrorCode::kUnavailable, "Azure DevOps answered with broken JSON.", {}};
}

/// False when it is no list.
bool read_page(const std::string& text, std::vector<NamedPipeline>& out) {
  const json page = json_from(text);
  const auto list = page.is_object() ? page.find("value") : page.end();
  if (list == page.end() || !list->is_array()) return false;
  for (const json& each : *list) {
    const auto id = each.is_object() ? each.find("id") : each.end();
    if (id == each.end() || !id->is_number_integer()) return false;
    out.push_back({id->get<std::int64_t>(), text_at(each, "name"), text_at(each, "path")});
  }
  return true;
}

policy::RunPipelineWrite as_write(const NamedPipeline& pipeline) {
  policy::RunPipelineWrite write;
  write.pipeline_id = pipeline.id;
  write.pipeline_name = pipeline.name;
  write.folder = pipeline.folder;
  return write;
}

/// Whether a plain name of `protected.pipelines` is no pipeline's.
bool names_nobody(const policy::Project& project, const std::vector<NamedPipeline>& pipelines) {
  const auto& patterns = project.trigger->protected_pipelines;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return policy::names_one_pipeline(pattern) &&
           std::none_of(pipelines.begin(), pipelines.end(), [&](const NamedPipeline& one) {
             return policy::pipeline_protected(as_write(one), {pattern});
           });
  });
}

}  // namespace

ListPipelines pipeline_lister(std::shared_ptr<Upstream> upstream) {
  return [upstream = std::move(upstream)](const std::string& organization,
                                          const std::string& project_id,
                                          Deadline deadline) -> Result<std::vector<NamedPipeline>> {
    std::vector<NamedPipeline> found;
    std::string token;
    for (int page = 0; page < kMostPages; ++page) {
      std::string query = "$top=" + std::to_string(kPage) + "&api-version=7.1";
      if (!token.empty()) {
        query += "&continuationToken=";
        Poco::URI::encode(token, "/?#[]@!$&'()*+,;=%", query);
      }
      UpstreamRequest request;
      request.asked = {organization, project_id, "build/definitions"};
      request.target = api_target(organization, project_id, "build/definitions", query);
      request.deadline = deadline;
      request.identity = Identity::kHost;
      auto answer = upstream->get(request);
      if (!answer) return answer.error();
      if (!read_page(answer->response.body, found)) return broken();
      token = answer->response.continuation_token;
      if (token.empty()) return found;
    }
    return Error{ErrorCode::kUnavailable, "The project has too many pipelines to read.", {}};
  };
}

bool wants_protected_ids(const policy::Project& project) {
  if (!project.trigger || project.trigger->confirm != Confirm::kProtected) return false;
  const auto& patterns = project.trigger->protected_pipelines;
  return std::any_of(patterns.begin(), patterns.end(), [](const std::string& pattern) {
    return pattern.find_first_not_of("0123456789") != std::string::npos;
  });
}

void protect(policy::Project& project, const Result<std::vector<NamedPipeline>>& pipelines) {
  using enum policy::Protection;
  project.protection = kUnread;
  if (!pipelines) return;
  project.protection = names_nobody(project, *pipelines) ? kUnclear : kNames;
  auto& ids = project.protected_ids;
  for (const auto& pipeline : *pipelines) {
    const bool named =
        policy::pipeline_protected(as_write(pipeline), project.trigger->protected_pipelines);
    if (named && std::find(ids.begin(), ids.end(), pipeline.id) == ids.end()) {
      ids.push_back(pipeline.id);
    }
  }
}

}  // namespace adomcp::azure_devops
