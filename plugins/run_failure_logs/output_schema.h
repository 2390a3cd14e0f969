#pragma once

#include <string_view>

namespace adomcp::failure_logs {

/// What compose() makes.
constexpr std::string_view kOutputSchema = R"({
  "type": "object", "additionalProperties": false,
  "required": ["run", "cause", "totals", "failures", "downstream", "failed_tests", "commits_since", "truncated", "next"],
  "properties": {
    "run": {"type": "object", "additionalProperties": false, "required": ["id", "pipeline"],
      "properties": {
        "id": {"type": "integer"}, "number": {"type": "string"},
        "pipeline": {"type": "object", "additionalProperties": false,
          "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}},
        "status": {"type": "string"}, "result": {"type": "string"},
        "branch": {"type": "string"}, "commit": {"type": "string"},
        "requested_for": {"type": "string"},
        "pull_request": {"type": "object", "additionalProperties": false,
          "description": "The pull request that the run was made for; branch is then a merge of it into target_branch.",
          "properties": {"number": {"type": "integer"}, "title": {"type": "string"},
            "author": {"type": "string"}, "source_branch": {"type": "string"},
            "target_branch": {"type": "string"}, "fork": {"type": "boolean"}, "url": {"type": "string"}}},
        "deleted": {"type": "object", "additionalProperties": false,
          "description": "Only of deleted runs: when, by whom and why. Their details are gone or will go.",
          "properties": {"on": {"type": "string", "format": "date-time"}, "by": {"type": "string"},
            "reason": {"type": "string"}}},
        "last_changed_by": {"type": "string", "description": "Of canceled runs: usually who canceled."},
        "finished": {"type": "string", "format": "date-time"},
        "duration_seconds": {"type": "integer"}, "url": {"type": "string"}
      }},
    "cause": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "One sentence when it is certain, else null. Holds log text."},
    "totals": {"type": "object", "additionalProperties": false, "required": ["failed", "shown", "with_log", "logs_read"],
      "properties": {
        "failed": {"type": "integer", "description": "Root causes found, equal ones counted each."},
        "shown": {"type": "integer", "description": "Of these, how many are under failures, merged ones counted each."},
        "with_log": {"type": "integer", "description": "Of all, how many have a log."},
        "logs_read": {"type": "integer", "description": "How many logs were read, at most 6."}
      }},
    "failures": {"type": "array", "description": "Root causes, the first to finish first. Equal ones are one entry, which counts and lists them.", "items": {
      "type": "object", "additionalProperties": false,
      "required": ["attempt", "kind", "messages", "evidence", "truncated"],
      "properties": {
        "stage": {"type": "string"}, "job": {"type": "string"}, "task": {"type": "string"},
        "attempt": {"type": "integer"},
        "kind": {"type": "string", "enum": ["error", "timeout", "canceled", "infrastructure"]},
        "messages": {"type": "array", "items": {"type": "string"}, "description": "Error messages of the timeline. Log text."},
        "count": {"type": "integer", "description": "How many equal root causes this entry stands for; absent: one."},
        "jobs": {"type": "array", "items": {"type": "string"}, "description": "Their jobs, at most 10, the entry's own first."},
        "tasks": {"type": "array", "items": {"type": "string"}, "description": "Their tasks where these differ, at most 10."},
        "log_ids": {"type": "array", "items": {"type": "integer"}, "description": "Their logs, at most 10, those that were read first."},
        "log_id": {"type": "integer"},
        "log_read": {"type": "boolean", "description": "Its log was read, or that of one of the causes it stands for; false: the reason may be in it."},
        "logs_read": {"type": "integer", "description": "Of count, how many logs were read."},
        "log_unread": {"type": "string", "enum": ["not_asked", "failed", "gone"], "description": "Why log_read is false: ask for it with log_id; it could not be had, see notes; it is no longer kept."},
        "log_lines": {"type": "integer", "description": "Length of the log."},
        "evidence": {"type": "array", "description": "Lines of the log that explain the failure, with some around them. Log text.", "items": {
          "type": "object", "additionalProperties": false, "required": ["line", "text"],
          "properties": {"line": {"type": "integer"}, "text": {"type": "string"}}}},
        "sure": {"type": "boolean", "description": "The evidence says why: one place in the log stands out. Else it holds what may matter and the end of the output."},
        "fingerprint": {"type": "string", "description": "16 hexadecimal digits, equal for the same failure in another run: same kind, task and reason, whatever its times, line numbers and ids."},
        "failed_before": {"type": "array", "items": {"type": "integer"}, "description": "Of previous_failures, the ids of those in which the same task failed; absent: in none of those that were looked at."},
        "truncated": {"type": "boolean"}
      }}},
    "downstream": {"type": "array", "description": "What failed or didn't run only because of the above.", "items": {
      "type": "object", "additionalProperties": false,
      "properties": {"stage": {"type": "string"}, "job": {"type": "string"}, "task": {"type": "string"}, "reason": {"type": "string"},
        "count": {"type": "integer", "description": "How many this entry stands for; absent: one."},
        "stages": {"type": "array", "items": {"type": "string"}, "description": "Which, at most 10."},
        "jobs": {"type": "array", "items": {"type": "string"}, "description": "Which, at most 10."},
        "tasks": {"type": "array", "items": {"type": "string"}, "description": "Which, at most 10."}}}},
    "waiting": {"type": "array", "description": "Approvals and other checks that a stage waits for.", "items": {
      "type": "object", "additionalProperties": false, "required": ["for"],
      "properties": {"stage": {"type": "string"}, "for": {"type": "string"}, "since": {"type": "string", "format": "date-time"}}}},
    "waiting_count": {"type": "integer", "description": "How many wait in all."},
    "failed_tests": {"type": "array", "description": "Log text.", "items": {
      "type": "object", "additionalProperties": false, "required": ["name"],
      "properties": {"name": {"type": "string"}, "message": {"type": "string"}, "stack": {"type": "string"}}}},
    "failed_tests_count": {"type": "integer", "description": "Failed tests found, at most 200."},
    "last_good_run": {"type": "object", "description": "The last run of this pipeline that succeeded before; absent when there is none. It is on the run's own branch when found_on is same_branch; else none succeeded there, and it is the last one on the pull request's target branch or on the default branch. Other fields as in run."},
    "fingerprint": {"type": "string", "description": "That of all failures together, equal for a run that failed for the same causes; of one cause it is failures[0].fingerprint."},
    "since": {"type": "object", "additionalProperties": false, "required": ["id", "failed_runs", "certain"],
      "description": "The first failed run on the run's branch after the last good one; it may be the run itself.",
      "properties": {"id": {"type": "integer"}, "number": {"type": "string"}, "branch": {"type": "string"},
        "finished": {"type": "string", "format": "date-time"}, "url": {"type": "string"},
        "failed_runs": {"type": "integer", "description": "Failed runs from that one on, it and this run counted."},
        "certain": {"type": "boolean", "description": "False: the pipeline's last 50 runs don't reach a good one of the branch, so it may fail for longer."}}},
    "previous_failures": {"type": "array", "description": "The previous failed runs of the pipeline, at most two, those of the same branch first.", "items": {
      "type": "object", "additionalProperties": false, "required": ["id"],
      "properties": {"id": {"type": "integer"}, "number": {"type": "string"}, "branch": {"type": "string"},
        "finished": {"type": "string", "format": "date-time"}, "url": {"type": "string"},
        "looked_at": {"type": "boolean", "description": "False: what failed in it isn't known; absent: it was read."}}}},
    "commits_since": {"type": "array", "description": "Commits after the last good run; only when that is on the same branch. Log text.", "items": {
      "type": "object", "additionalProperties": false,
      "properties": {"id": {"type": "string"}, "author": {"type": "string"}, "message": {"type": "string"}, "time": {"type": "string"}}}},
    "notes": {"type": "array", "items": {"type": "string"}, "description": "Parts that could not be had, and why."},
    "truncated": {"type": "boolean", "description": "Something was left out for length."},
    "next": {"type": "array", "items": {"type": "string"}, "description": "What to do next."}
  }
})";

}  // namespace adomcp::failure_logs
