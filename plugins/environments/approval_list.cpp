#include "approval_list.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "deployment_list.h"
#include "own_project.h"
#include "shared/project_links.h"

namespace adomcp::environments {

namespace {

constexpr std::uint64_t kListBytes = 4U << 20U;
constexpr std::uint64_t kTimelineBytes = 16U << 20U;
constexpr std::size_t kMostTimelines = 8;
constexpr std::size_t kNoteBytes = 200;  // that there are more

/// One kind of approvals: how it is asked for, and what its entries become.
struct Source {
  const char* kind;
  const char* name;
  AdoRequest (*ask)(const WantedApprovals&);
  Approval (*told)(const Json&);
};

/// One more than are told, to know whether there are more.
std::int64_t asked_for(const WantedApprovals& wanted) {
  return wanted.top + 1;
}

AdoRequest ask_yaml(const WantedApprovals& wanted) {
  sdk::Query query;
  query.add("state", wanted.state)
      .add("$expand", "steps")
      .add("top", asked_for(wanted))
      .add_if("assignedTo", wanted.assigned_to)
      .add("api-version", "7.2-preview.2");
  return {.path = "pipelines/approvals", .query = query.text(), .max_bytes = kListBytes};
}

AdoRequest ask_releases(const WantedApprovals& wanted) {
  sdk::Query query;
  query.add("statusFilter", wanted.state)
      .add("top", asked_for(wanted))
      .add("queryOrder", wanted.state == "pending" ? "ascending" : "descending")
      .add_if("assignedToFilter", wanted.assigned_to);
  if (wanted.assigned_to) query.add("includeMyGroupApprovals", "true");
  return {.path = "release/approvals",
          .query = query.text(),
          .service = "vsrm",
          .max_bytes = kListBytes};
}

constexpr Source kSources[] = {
    {"yaml", "Approvals of YAML pipelines", ask_yaml, yaml_approval},
    {"release", "Approvals of classic releases", ask_releases, release_approval}};

std::vector<Source> sources_of(const WantedApprovals& wanted) {
  const bool yaml_only = wanted.state == "timedOut" || wanted.state == "deferred";
  if (yaml_only && wanted.kind == "release") {
    throw ToolError("Approvals of classic releases are never in the state " + wanted.state +
                        ": leave out `kind`, or ask for another `state`.",
                    ADOMCP_INVALID_ARGUMENT);
  }
  std::vector<Source> out;
  for (const Source& one : kSources) {
    const bool fits = !wanted.kind || *wanted.kind == one.kind;
    if (fits && !(yaml_only && std::string_view(one.kind) == "release")) out.push_back(one);
  }
  return out;
}

/// Adds those in the wanted state, whatever else the service gave. Nothing: it could not be read.
bool add_found(const Source& source, const AdoResponse& response, const WantedApprovals& wanted,
               std::vector<FoundApproval>& found) {
  const Json answer = response.ok() ? sdk::json_from(response.body) : Json();
  if (!answer.is_object() && !answer.is_array()) return false;
  for (const Json& one : sdk::list_of(answer)) {
    if (sdk::iequals(sdk::raw_text_of(one, "status"), wanted.state)) {
      found.push_back({source.told(one), shared::projects_of_approval(one)});
    }
  }
  return true;
}

/// Those that wait longest come first, of others the latest.
void sort_by_time(std::vector<Approval>& approvals, bool oldest_first) {
  const auto time = [](const Approval& one) {
    return sdk::parse_time(one.since.value_or("")).value_or(0);
  };
  std::stable_sort(approvals.begin(), approvals.end(), [&](const Approval& a, const Approval& b) {
    return oldest_first ? time(a) < time(b) : time(b) < time(a);
  });
}

void add_note(Approvals& out, std::string note) {
  if (!out.notes) out.notes.emplace();
  out.notes->push_back(std::move(note));
}

/// Of both kinds; throws where nothing could be had at all.
std::vector<Approval> gather(Call& call, const WantedApprovals& wanted, Approvals& out) {
  const std::vector<Source> sources = sources_of(wanted);
  std::vector<AdoRequest> requests;
  requests.reserve(sources.size());
  for (const Source& one : sources) requests.push_back(one.ask(wanted));
  const std::vector<AdoResponse> responses = call.send_all(requests);
  call.check();
  std::vector<FoundApproval> found;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::size_t before = found.size();
    if (!add_found(sources[i], responses[i], wanted, found)) {
      ++failed;
      add_note(out, std::string(sources[i].name) + " could not be read. " +
                        sdk::safe_text(responses[i].error, 300));
    }
    const bool more = found.size() - before > static_cast<std::size_t>(wanted.top) ||
                      !responses[i].continuation_token.empty();
    if (more) out.truncated = true;
  }
  if (failed == sources.size()) {
    const Json answer = responses.front().json();  // throws where the request failed
    throw ToolError("Azure DevOps sent an answer that is no list.", ADOMCP_UNAVAILABLE);
  }
  std::size_t left_out = 0;
  std::vector<Approval> own = own_approvals(call, std::move(found), left_out);
  if (left_out > 0) {
    add_note(out, std::to_string(left_out) +
                      " approvals are left out: by their links they are not of this project, or "
                      "that could not be found out.");
  }
  sort_by_time(own, wanted.state == "pending");
  return own;
}

void add_stages(Call& call, std::vector<Approval>& approvals, Approvals& out) {
  std::set<std::int64_t> runs;
  for (const Approval& one : approvals) {
    if (one.run_id && runs.size() < kMostTimelines) runs.insert(*one.run_id);
  }
  std::vector<AdoRequest> requests;
  requests.reserve(runs.size());
  for (const std::int64_t run : runs) {
    requests.push_back(
        {.path = "build/builds/" + std::to_string(run) + "/timeline", .max_bytes = kTimelineBytes});
  }
  if (requests.empty()) return;
  std::map<std::string, std::string> stages;
  for (const AdoResponse& response : call.send_all(requests)) {
    if (response.ok()) stages.merge(stages_by_approval(sdk::json_from(response.body)));
  }
  call.check();
  bool missing = false;
  for (Approval& one : approvals) {
    const auto stage = stages.find(sdk::to_lower(one.id));
    if (stage != stages.end()) one.stage = stage->second;
    missing = missing || (one.kind == "yaml" && stage == stages.end());
  }
  if (missing) add_note(out, "Where `stage` is missing, get_run with the run_id tells it.");
}

/// What fits into the answer.
void fill(std::vector<Approval> found, Approvals& out) {
  std::size_t bytes = sdk::json_text(json_of(out)).size();
  for (Approval& one : found) {
    bytes += sdk::json_text(json_of(one)).size() + 1;
    if (bytes > kMostAnswerBytes - kNoteBytes) {
      out.truncated = true;
      break;
    }
    out.approvals.push_back(std::move(one));
  }
}

}  // namespace

Approvals list_approvals(Call& call, const WantedApprovals& wanted) {
  Approvals out;
  std::vector<Approval> found = gather(call, wanted, out);
  if (found.size() > static_cast<std::size_t>(wanted.top)) {
    out.truncated = true;
    found.resize(static_cast<std::size_t>(wanted.top));
  }
  add_stages(call, found, out);
  fill(std::move(found), out);
  if (out.truncated) {
    add_note(out, "There are more: raise `top`, or narrow by `kind` or `assigned_to`.");
  }
  call.note("result_count", static_cast<std::int64_t>(out.approvals.size()));
  return out;
}

}  // namespace adomcp::environments
