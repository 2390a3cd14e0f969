#include <adomcp/azure.hpp>
#include <adomcp/runs.hpp>

#include "artifacts.h"

namespace adomcp::pipelines {

namespace {

constexpr std::uint64_t kAnswerBytes = 4U << 20U;
constexpr std::size_t kMaxArtifacts = 60;

Artifact trimmed(const Json& artifact) {
  const Json& resource = sdk::member(artifact, "resource");
  Artifact out{};
  out.name = sdk::safe_text_of(artifact, "name", 256);
  out.type = sdk::safe_text_of(resource, "type");
  const Json& properties = sdk::member(resource, "properties");
  out.size = sdk::parse_id(sdk::raw_text_of(properties, "artifactsize"));
  const std::string url = sdk::safe_text_of(resource, "downloadUrl", 1000);
  if (url.rfind("http", 0) == 0) out.url = url;
  return out;
}

std::string none_sentence(const Json& build) {
  if (sdk::deletion_of(build)) return "The run was deleted, and its artifacts with it.";
  if (!sdk::iequals(sdk::raw_text_of(build, "status"), "completed")) {
    return "The run is not finished: it has published nothing so far.";
  }
  return "The run published no artifacts, or they are no longer kept.";
}

}  // namespace

Json build_or_throw(const AdoResponse& response) {
  if (response.status != ADOMCP_NOT_FOUND) return response.json();
  throw ToolError(response.error +
                      " It may also have been deleted: nothing is left of a run some weeks after "
                      "that.",
                  ADOMCP_NOT_FOUND);
}

ArtifactList list_run_artifacts(Call& call, const RunWanted& wanted) {
  call.note("run_id", wanted.run_id);
  const std::string path = "build/builds/" + std::to_string(wanted.run_id);
  const auto answers = call.send_all({{.path = path, .max_bytes = kAnswerBytes},
                                      {.path = path + "/artifacts", .max_bytes = kAnswerBytes}});
  const Json build = build_or_throw(answers[0]);
  ArtifactList out{};
  out.run = {wanted.run_id, sdk::safe_text_of(build, "buildNumber"),
             sdk::id_and_name(sdk::member(build, "definition"))};
  std::vector<std::string> notes;
  const bool gone = answers[1].status == ADOMCP_NOT_FOUND;
  const Json list = gone ? Json() : answers[1].json();
  const std::size_t total = sdk::list_of(list).size();
  std::size_t bytes = 0;
  for (const Json& artifact : sdk::list_of(list)) {
    Artifact one = trimmed(artifact);
    bytes += sdk::json_text(json_of(one)).size() + 1;
    if (out.artifacts.size() == kMaxArtifacts || bytes > kTextBytes) break;
    out.artifacts.push_back(std::move(one));
  }
  if (total == 0) notes.push_back(none_sentence(build));
  if (out.artifacts.size() < total) {
    out.truncated = true;
    notes.push_back("The run has " + std::to_string(total) + " artifacts; the rest is not listed.");
  }
  if (!notes.empty()) out.notes = std::move(notes);
  call.note("result_count", static_cast<std::int64_t>(out.artifacts.size()));
  return out;
}

}  // namespace adomcp::pipelines
