#pragma once

#include <adomcp/plugin.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "names.h"
#include "shared/record_tree.h"
#include "shared/run_lookup.h"
#include "waiting.h"

namespace adomcp::runs {

constexpr std::size_t kNoticeBytes = 400;  ///< of an answer, what the host's notice takes

/// A run as far as it could be read.
struct Reading {
  shared::FoundRun found;
  std::unique_ptr<shared::RecordTree> tree;  ///< points into `found`
  Json approvals, queues;                    ///< null: not asked for, or a note says why
  std::vector<std::string> notes;

  mutable Names names;  ///< of `tree`, once they are cleaned

  Beside beside() const { return {approvals, queues, names}; }
  std::string status() const;
  bool is_over() const;
  bool has_records() const { return !tree->all().empty(); }
};

/// Build and timeline. Throws ToolError when the run can't be had, and notes the run for the audit.
/// `timeout_ms`: of each request; 0: what is left of the call.
Reading read_run(Call& call, std::int64_t run_id, std::uint32_t timeout_ms = 0);

/// Who may decide and did, and the names of pools that jobs wait for: at most two requests, side by
/// side.
void read_beside(Call& call, Reading& run, std::uint32_t timeout_ms = 0);

/// The project's queues of these ids; null with a note where they can't be had.
AdoRequest queues_request(const std::set<std::int64_t>& ids);

}  // namespace adomcp::runs
