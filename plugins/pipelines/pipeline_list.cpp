#include "pipeline_list.h"

#include <adomcp/azure.hpp>
#include <map>
#include <utility>

#include "pipeline_filter.h"

namespace adomcp::pipelines {

namespace {

constexpr std::uint64_t kAnswerBytes = 8U << 20U;
constexpr std::int64_t kFilterPage = 500;  // pipelines, where they are filtered on this side
constexpr int kMaxPages = 4;               // asked for in one call when filtering

std::optional<LatestRun> run_of(const Json& build) {
  if (sdk::integer_of(build, "id") == 0) return std::nullopt;
  LatestRun run{};
  run.id = sdk::integer_of(build, "id");
  run.number = sdk::safe_text_of(build, "buildNumber");
  run.status = sdk::safe_text_of(build, "status");
  const std::string result = sdk::safe_text_of(build, "result");
  if (result != "none") run.result = result;
  run.branch = sdk::short_branch(sdk::safe_text_of(build, "sourceBranch"));
  run.queued = sdk::raw_text_of(build, "queueTime");
  run.finished = sdk::raw_text_of(build, "finishTime");
  return run;
}

Pipeline trimmed(const Json& definition) {
  Pipeline out{};
  out.id = sdk::integer_of(definition, "id");
  out.name = sdk::safe_text_of(definition, "name");
  out.folder = sdk::safe_text_of(definition, "path", 400);
  const std::string queue = sdk::safe_text_of(definition, "queueStatus");
  if (!sdk::iequals(queue, "enabled")) out.queue_status = queue;
  out.url = sdk::web_link(definition);
  return out;
}

void put_runs(const Json& definition, Pipeline& out) {
  out.latest_run = run_of(sdk::member(definition, "latestBuild"));
  const auto finished = run_of(sdk::member(definition, "latestCompletedBuild"));
  const bool same = finished && out.latest_run && finished->id == out.latest_run->id;
  if (!same) out.latest_finished_run = finished;
}

AdoRequest page_of(std::int64_t top, const std::string& token, bool latest) {
  sdk::Query query;
  query.add("$top", top).add("queryOrder", "definitionNameAscending");
  if (latest) query.add("includeLatestBuilds", "true");
  query.add_if("continuationToken", token);
  return {.path = "build/definitions", .query = query.text(), .max_bytes = kAnswerBytes};
}

PageToken first_page(const ListWanted& wanted) {
  const auto token = PageToken::parse(wanted.continuation_token.value_or(""));
  if (token) return *token;
  throw ToolError(
      "`continuation_token` is not one that this tool gave: use the one of the previous answer as "
      "it is, or leave it out for the first page.",
      ADOMCP_INVALID_ARGUMENT);
}

/// One page of Azure's, as far as there is room.
Page take(const AdoResponse& response, const PageToken& token, const Filter& filter,
          std::size_t room) {
  Page page = take_page(response.json(), token, filter, room, response.continuation_token);
  if (!page.is_lost) return page;
  throw ToolError(
      "`continuation_token` goes on behind pipeline " + std::to_string(token.seen) +
          ", which is not in this list: it was deleted or renamed, or the token is of another "
          "list. Leave it out to begin again.",
      ADOMCP_INVALID_ARGUMENT);
}

/// The latest runs of pipelines that were found without them.
void ask_for_runs(Call& call, PipelineList& list) {
  if (list.pipelines.empty()) return;
  std::string ids;
  for (const Pipeline& one : list.pipelines) {
    ids += (ids.empty() ? "" : ",") + std::to_string(one.id);
  }
  sdk::Query query;
  query.add("definitionIds", ids).add("includeLatestBuilds", "true");
  const AdoResponse response =
      call.send({.path = "build/definitions", .query = query.text(), .max_bytes = kAnswerBytes});
  if (!response.ok()) {
    list.notes = std::vector<std::string>{"The latest runs could not be read: " +
                                          sdk::safe_text(response.error, 300)};
    return;
  }
  std::map<std::int64_t, Json> found;
  const Json answer = sdk::json_from(response.body);
  for (const Json& one : sdk::list_of(answer)) {
    found.emplace(sdk::integer_of(one, "id"), one);
  }
  for (Pipeline& one : list.pipelines) {
    if (const auto place = found.find(one.id); place != found.end()) put_runs(place->second, one);
  }
}

}  // namespace

PipelineList list_pipelines(Call& call, const ListWanted& wanted) {
  const Filter filter{wanted.name.value_or(""), wanted.folder ? folder_path(*wanted.folder) : ""};
  const bool filtered = wanted.name || wanted.folder;
  PipelineList list;
  std::optional<PageToken> next = first_page(wanted);
  for (int asked = 0; next && asked < (filtered ? kMaxPages : 1); ++asked) {
    const std::size_t room = static_cast<std::size_t>(wanted.top) - list.pipelines.size();
    if (room == 0) break;
    call.check();
    const AdoResponse response =
        call.send(page_of(filtered ? kFilterPage : wanted.top, next->page, !filtered));
    const Page page = take(response, *next, filter, room);
    for (const Json& one : page.matches) {
      list.pipelines.push_back(trimmed(one));
      put_runs(one, list.pipelines.back());
    }
    next = page.next;
  }
  if (filtered) ask_for_runs(call, list);
  call.note("result_count", static_cast<std::int64_t>(list.pipelines.size()));
  if (next) list.continuation_token = next->text();
  return list;
}

}  // namespace adomcp::pipelines
