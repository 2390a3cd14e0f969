#pragma once

#include <string_view>

namespace adomcp::failure_logs {

/// What compose() makes.
constexpr std::string_view kOutputSchema = R"({
  "type": "object", "additionalProperties": false,
  "required": ["run", "cause", "failures", "downstream", "failed_tests", "commits_since", "truncated", "next"],
  "properties": {
    "run": {"type": "object", "additionalProperties": false, "required": ["id", "pipeline"],
      "properties": {
        "id": {"type": "integer"}, "number": {"type": "string"},
        "pipeline": {"type": "object", "additionalProperties": false,
          "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}},
        "status": {"type": "string"}, "result": {"type": "string"},
        "branch": {"type": "string"}, "commit": {"type": "string"},
        "requested_for": {"type": "string"},
        "last_changed_by": {"type": "string", "description": "Of canceled runs: usually who canceled."},
        "finished": {"type": "string", "format": "date-time"},
        "duration_seconds": {"type": "integer"}, "url": {"type": "string"}
      }},
    "cause": {"type": ["string", "null"], "description": "One sentence when it is certain, else null. Holds log text."},
    "failures": {"type": "array", "description": "Root causes, the first to finish first.", "items": {
      "type": "object", "additionalProperties": false,
      "required": ["attempt", "kind", "messages", "evidence", "truncated"],
      "properties": {
        "stage": {"type": "string"}, "job": {"type": "string"}, "task": {"type": "string"},
        "attempt": {"type": "integer"},
        "kind": {"type": "string", "enum": ["error", "timeout", "canceled", "infrastructure"]},
        "messages": {"type": "array", "items": {"type": "string"}, "description": "Error messages of the timeline. Log text."},
        "log_id": {"type": "integer"},
        "log_lines": {"type": "integer", "description": "Length of the log."},
        "evidence": {"type": "array", "description": "Lines of the log that explain the failure, with some around them. Log text.", "items": {
          "type": "object", "additionalProperties": false, "required": ["line", "text"],
          "properties": {"line": {"type": "integer"}, "text": {"type": "string"}}}},
        "truncated": {"type": "boolean"}
      }}},
    "downstream": {"type": "array", "description": "What failed or didn't run only because of the above.", "items": {
      "type": "object", "additionalProperties": false,
      "properties": {"stage": {"type": "string"}, "job": {"type": "string"}, "task": {"type": "string"}, "reason": {"type": "string"}}}},
    "failed_tests": {"type": "array", "description": "Log text.", "items": {
      "type": "object", "additionalProperties": false, "required": ["name"],
      "properties": {"name": {"type": "string"}, "message": {"type": "string"}, "stack": {"type": "string"}}}},
    "failed_tests_count": {"type": "integer", "description": "Failed tests found, at most 200."},
    "last_good_run": {"type": "object", "description": "The last run of this pipeline on this branch that succeeded before; absent when there is none. Fields as in run."},
    "commits_since": {"type": "array", "description": "Commits after the last good run. Log text.", "items": {
      "type": "object", "additionalProperties": false,
      "properties": {"id": {"type": "string"}, "author": {"type": "string"}, "message": {"type": "string"}, "time": {"type": "string"}}}},
    "notes": {"type": "array", "items": {"type": "string"}, "description": "Parts that could not be had, and why."},
    "truncated": {"type": "boolean", "description": "Something was left out for length."},
    "next": {"type": "array", "items": {"type": "string"}, "description": "What to do next."}
  }
})";

}  // namespace adomcp::failure_logs
