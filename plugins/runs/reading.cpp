#include "reading.h"

#include <adomcp/azure.hpp>
#include <adomcp/runs.hpp>
#include <algorithm>
#include <utility>

#include "shared/project_links.h"
#include "shared/round.h"

namespace adomcp::runs {

namespace {

constexpr std::uint64_t kListBytes = 2U << 20U;

/// Without those whose links name another project than the run's.
Json own_approvals(const Json& answer, Reading& run) {
  const Json& project = sdk::member(run.found.build, "project");
  const std::string id = sdk::raw_text_of(project, "id");
  const std::string name = sdk::raw_text_of(project, "name");
  if (id.empty() && name.empty()) return answer;
  Json own = Json::array();
  for (const Json& one : sdk::list_of(answer)) {
    const auto projects = shared::projects_of_approval(one);
    const bool is_own = std::all_of(projects.begin(), projects.end(), [&](const std::string& of) {
      return sdk::iequals(of, id) || sdk::iequals(of, name);
    });
    if (is_own) own.push_back(one);
  }
  if (own.size() < sdk::list_of(answer).size()) {
    run.notes.emplace_back(
        "Who may decide on some approvals is not told: the answer was of "
        "another project.");
  }
  return own;
}

}  // namespace

std::string Reading::status() const {
  return sdk::raw_text_of(found.build, "status");
}

bool Reading::is_over() const {
  return sdk::iequals(status(), "completed") || sdk::deletion_of(found.build).has_value();
}

Reading read_run(Call& call, std::int64_t run_id, std::uint32_t timeout_ms) {
  Reading out;
  out.found = shared::look_up_run(call, run_id, out.notes, timeout_ms);
  out.tree = std::make_unique<shared::RecordTree>(out.found.timeline);
  const Json& definition = sdk::member(out.found.build, "definition");
  call.note("pipeline_id", sdk::integer_of(definition, "id"));
  call.note("pipeline_name", sdk::raw_text_of(definition, "name"));
  return out;
}

AdoRequest queues_request(const std::set<std::int64_t>& ids) {
  constexpr std::size_t kMost = 20;
  std::string list;
  std::size_t count = 0;
  for (const std::int64_t id : ids) {
    if (++count > kMost) break;
    list += (list.empty() ? "" : ",") + std::to_string(id);
  }
  sdk::Query query;
  query.add("queueIds", list).add("api-version", "7.1-preview.1");
  return {.path = "distributedtask/queues", .query = query.text(), .max_bytes = kListBytes};
}

void read_beside(Call& call, Reading& run, std::uint32_t timeout_ms) {
  shared::Round round;
  std::string ids;
  for (const std::string& id : approval_ids(*run.tree)) ids += (ids.empty() ? "" : ",") + id;
  if (!ids.empty()) {
    sdk::Query query;
    query.add("approvalIds", ids).add("$expand", "steps").add("api-version", "7.2-preview.2");
    round.add({.path = "pipelines/approvals",
               .query = query.text(),
               .max_bytes = kListBytes,
               .timeout_ms = timeout_ms},
              [&run](AdoResponse& response) {
                run.approvals = own_approvals(
                    shared::json_or_note(response, "Who may decide on the approvals", run.notes),
                    run);
              });
  }
  if (const auto queues = awaited_queues(*run.tree); !queues.empty() && !run.is_over()) {
    AdoRequest request = queues_request(queues);
    request.timeout_ms = timeout_ms;
    round.add(std::move(request), [&run](AdoResponse& response) {
      run.queues = shared::json_or_note(response, "The names of agent pools", run.notes);
    });
  }
  round.send(call);
}

}  // namespace adomcp::runs
