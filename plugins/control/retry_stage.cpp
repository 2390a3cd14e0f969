#include "retry_stage.h"

#include <adomcp/azure.hpp>
#include <adomcp/redact.hpp>

#include "shared/record_tree.h"
#include "shared/round.h"
#include "shared/run_lookup.h"
#include "stages.h"
#include "write.h"

namespace adomcp::control {

namespace {

using shared::Record;
using shared::RecordTree;
using shared::TimelineState;

/// Of a run that has no stage at all.
[[noreturn]] void refuse_without_stages(const shared::FoundRun& found, const RecordTree& tree,
                                        const Notes& notes) {
  const std::string run = "run " + std::to_string(sdk::integer_of(found.build, "id"));
  if (found.state == TimelineState::kFailed) {
    throw ToolError("Nothing was retried, because the stages of " + run + " are not known. " +
                        (notes.empty() ? "" : notes.front()),
                    ADOMCP_UNAVAILABLE);
  }
  if (found.state == TimelineState::kGone) {
    throw ToolError("The timeline of " + run +
                        " (stages, jobs, tasks) is no longer kept, so no "
                        "stage of it can be retried. trigger_pipeline_run starts another run.",
                    ADOMCP_NOT_FOUND);
  }
  if (tree.all().empty()) {
    throw ToolError("Nothing of " + run +
                    " has begun, or nothing of it is left: it has no stages "
                    "to retry.");
  }
  throw ToolError("The pipeline of " + run +
                  " is a classic one: its runs have no stages that "
                  "could be retried.");
}

/// The one that may be retried; it points into `tree`.
const Record& stage_to_retry(const shared::FoundRun& found, const RecordTree& tree,
                             const WantedRetry& wanted, const Notes& notes) {
  refuse_deleted(found.build);
  if (tree.all("Stage").empty()) refuse_without_stages(found, tree, notes);
  const Record& stage = stage_called(tree, wanted.stage);
  if (sdk::iequals(sdk::raw_text_of(found.build, "status"), "cancelling")) {
    throw ToolError(
        "The run is being cancelled: nothing of it can be retried before it has ended. "
        "wait_for_run waits for that.");
  }
  refuse_retry(stage, wanted.all_jobs);
  return stage;
}

/// What can be seen of the new attempt.
void look(Call& call, std::int64_t before, Retried& out) {
  const AdoResponse response = call.send({.path = shared::build_path(out.run.id) + "/timeline",
                                          .max_bytes = shared::kTimelineBytes,
                                          .timeout_ms = kLookMs});
  const Json timeline = shared::json_or_null(response);
  const RecordTree tree(timeline);
  const Record* stage = stage_with(tree, out.stage.identifier);
  if (stage != nullptr && stage->attempt > before) {
    out.stage.attempt = stage->attempt;
    out.stage.state = state_of(*stage);
    return;
  }
  out.notes = Notes{
      "Azure DevOps took the retry, but the new attempt does not show yet: look with get_run. Do "
      "not retry it again."};
}

}  // namespace

Retried retry_stage(Call& call, const WantedRetry& wanted) {
  call.note("run_id", wanted.run_id);
  Notes notes;
  const shared::FoundRun found = shared::look_up_run(call, wanted.run_id, notes);
  note_run(call, found.build);
  const RecordTree tree(found.timeline);
  const Record& stage = stage_to_retry(found, tree, wanted, notes);

  Retried out{};
  out.run = run_of(found.build);
  out.stage.name = shown_name(stage);
  out.stage.identifier = stage.identifier;
  patch(call, shared::build_path(wanted.run_id) + "/stages/" + stage.identifier,
        {{"state", "retry"}, {"forceRetryAllJobs", wanted.all_jobs}});
  look(call, stage.attempt, out);
  return out;
}

}  // namespace adomcp::control
