#include "azure_devops/run_change.h"

#include <nlohmann/json.hpp>

#include "azure_devops/pending_write.h"
#include "azure_devops/plain_literal.h"
#include "core/json.h"
#include "core/sha256.h"
#include "policy/patterns.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using policy::ControlAction;

std::string digest_of(const policy::Target& target, const RunChange& change) {
  const json all = {{"organization", target.organization},
                    {"project_id", target.project_id},
                    {"pipeline_id", change.write.pipeline_id},
                    {"pipeline_name", change.write.pipeline_name},
                    {"folder", change.write.folder},
                    {"branch", change.write.branch},
                    {"environments", change.write.environments},
                    {"run_id", change.run_id},
                    {"run_state", change.run_state},
                    {"stage", change.write.stage},
                    {"attempt", change.attempt},
                    {"instructions", change.instructions_sha256},
                    {"path", change.path},
                    {"body", json_from(change.body)}};
  return sha256_hex(json_text(all));
}

/// "'Deploy' (shown as 'Deploy to production')"
std::string stage_of(const RunChange& change) {
  const bool has_own = !change.stage_name.empty() && change.stage_name != change.write.stage;
  if (change.write.stage.empty()) return plain_literal(change.stage_name);
  std::string out = plain_literal(change.write.stage);
  return has_own ? out + " (shown as " + plain_literal(change.stage_name) + ")" : out;
}

std::string run_of(const policy::Target& target, const RunChange& change) {
  const auto& write = change.write;
  std::string out = "run " + std::to_string(change.run_id) + " " +
                    plain_literal(change.run_number) + " of pipeline " +
                    std::to_string(write.pipeline_id) + " " + plain_literal(write.pipeline_name);
  if (write.folder.find_first_not_of('\\') != std::string::npos) {
    out += " in folder " + folder_literal(write.folder);
  }
  return out + " of project " + plain_literal(target.project) + " in organization " +
         plain_literal(target.organization) + " on branch " + plain_literal(write.branch);
}

std::string retry_text(const policy::Target& target, const RunChange& change) {
  return "Retry " + std::string(change.all_jobs ? "all jobs" : "the failed jobs") + " of stage " +
         stage_of(change) + ", after attempt " + std::to_string(change.attempt) + ", in " +
         run_of(target, change) + ".";
}

std::string cancel_text(const policy::Target& target, const RunChange& change) {
  return "Cancel " + run_of(target, change) + ", which is " + change.run_state + ".";
}

std::string decision_text(const policy::Target& target, const RunChange& change) {
  const auto& names = change.write.environments;
  std::string out = std::string(change.approve ? "Approve" : "Reject") +
                    ", in your own name, approval " + change.approval_id + " of ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += (i == 0 ? "environment " : ", ") + plain_literal(names[i]);
  }
  out += names.empty() ? "a resource that Azure DevOps doesn't name" : "";
  if (!change.stage_name.empty() || !change.write.stage.empty()) {
    out += ", for stage " + stage_of(change);
  }
  out += ", in " + run_of(target, change) + ".";
  if (!change.instructions.empty()) {
    out += "\n- its instructions: " + plain_literal(change.instructions);
    if (change.instructions_cut > 0) {
      out += " and " + std::to_string(change.instructions_cut) +
             " more bytes, which are to be read in Azure DevOps";
    }
  }
  return out + (change.comment.empty() ? "\n- without a comment"
                                       : "\n- with the comment " + plain_literal(change.comment));
}

std::string summary_of(const policy::Target& target, const RunChange& change) {
  switch (change.write.action) {
    case ControlAction::kRetryStage:
      return retry_text(target, change);
    case ControlAction::kDecideApproval:
      return decision_text(target, change);
    case ControlAction::kCancelRun:
      break;
  }
  return cancel_text(target, change);
}

const char* kind_of(const RunChange& change) {
  switch (change.write.action) {
    case ControlAction::kRetryStage:
      return "retry_stage";
    case ControlAction::kDecideApproval:
      return "decide_approval";
    case ControlAction::kCancelRun:
      break;
  }
  return "cancel_run";
}

}  // namespace

PendingWrite pending_change(const policy::Target& target, const RunChange& change) {
  PendingWrite pending;
  pending.starts = false;
  pending.digest = digest_of(target, change);
  std::string summary = summary_of(target, change);
  if (summary.size() > kMaxSummary) {
    pending.hidden = "It is too long to confirm: a person has to see all of it, which takes " +
                     std::to_string(summary.size()) + " characters, and at most " +
                     std::to_string(kMaxSummary) + " are shown. Use a shorter comment.";
  } else {
    pending.summary = std::move(summary);
  }
  return pending;
}

ResolvedWrite resolved_change(const policy::Target& target, const RunChange& change) {
  ResolvedWrite resolved;
  resolved.kind = kind_of(change);
  resolved.digest = digest_of(target, change);
  resolved.pipeline_id = change.write.pipeline_id;
  resolved.pipeline = policy::full_name(policy::pipeline_of(change.write));
  resolved.branch = change.write.branch;
  resolved.run_id = change.run_id;
  resolved.stage = change.write.stage.empty() ? change.stage_name : change.write.stage;
  resolved.all_jobs = change.all_jobs;
  resolved.environments = change.write.environments;
  resolved.approval_id = change.approval_id;
  if (!change.approval_id.empty()) resolved.decision = change.approve ? "approve" : "reject";
  resolved.comment = change.comment;
  return resolved;
}

}  // namespace adomcp::azure_devops
