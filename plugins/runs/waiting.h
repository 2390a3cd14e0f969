#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "names.h"
#include "shared/record_tree.h"
#include "told.h"

// Pure: what a run that hasn't ended waits for, who may decide, and what it does now.

namespace adomcp::runs {

/// How much of it is told.
struct WaitingBounds {
  std::size_t entries = 20;
  std::size_t people = 10;  ///< of an approval
  std::size_t text = 120;   ///< bytes of a name or a comment
};

/// What else there is to know of it; null where it wasn't asked for or could not be had.
struct Beside {
  const nlohmann::json& approvals;  ///< the answer of pipelines/approvals
  const nlohmann::json& queues;     ///< the answer of distributedtask/queues
  Names& names;
};

/// The ids of the approvals of a timeline that began, those that are open first; at most 20.
std::vector<std::string> approval_ids(const shared::RecordTree& tree);

/// The queues whose agents jobs wait for.
std::set<std::int64_t> awaited_queues(const shared::RecordTree& tree);

/// What of it is told, and how many more there are.
struct WaitingList {
  std::vector<told::Check> list;
  std::int64_t left_out = 0;
};

/// The checks to be decided, the jobs without an agent, and the run itself where it is queued.
WaitingList waiting_of(const nlohmann::json& build, const shared::RecordTree& tree,
                       const Beside& beside, const WaitingBounds& bounds);

/// Approvals that were decided: by whom, and what they said.
std::vector<told::Check> decided_of(const shared::RecordTree& tree, const Beside& beside,
                                    const WaitingBounds& bounds);

/// Whether a person has to decide before the run can go on, and hasn't, as far as is known.
bool needs_a_person(const std::vector<told::Check>& waiting);

/// What runs now; at most `most`.
std::vector<told::Running> running_of(const shared::RecordTree& tree, Names& names,
                                      std::size_t most, std::size_t text = 120);

/// "approval 'Production' in stage 'Deploy' (Avery Example or Robin Example may decide)".
std::string sentence_of(const told::Check& check);

}  // namespace adomcp::runs
