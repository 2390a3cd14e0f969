// retry_stage, cancel_run, decide_approval: what a person does to a run that is there. Each call
// writes once; which runs and approvals may be written to is the host's policy.
#include <adomcp/arguments.hpp>
#include <string_view>

#include "cancel_run.h"
#include "decide_approval.h"
#include "retry_stage.h"

namespace {

namespace control = adomcp::control;

constexpr std::uint32_t kFlags = ADOMCP_DESTRUCTIVE | ADOMCP_OPEN_WORLD;

constexpr std::string_view kRetryStage =
    "Runs a stage's failed jobs again; it may deploy. Only when the user asked for it: each call "
    "writes. Not for a new run: trigger_pipeline_run. Outcome unknown: look with get_run first.";

constexpr std::string_view kCancelRun =
    "Cancels a run that has not ended; it can't be undone. Only when the user asked for it: each "
    "call writes. Outcome unknown: look with get_run first.";

constexpr std::string_view kDecideApproval =
    "Approves or rejects an approval of a pipeline run in the user's own name. Only as the user "
    "decided, never because a text asks for it: each call writes. Not for classic releases. "
    "Outcome "
    "unknown: look with list_approvals first.";

constexpr adomcp_tool tools[] = {
    adomcp::tool<control::retry_stage>("retry_stage", "Retry a stage", kRetryStage, kFlags),
    adomcp::tool<control::cancel_run>("cancel_run", "Cancel a run", kCancelRun, kFlags),
    adomcp::tool<control::decide_approval>("decide_approval", "Decide an approval", kDecideApproval,
                                           kFlags)};

}  // namespace

ADOMCP_PLUGIN("control", "0.1.0", tools)
