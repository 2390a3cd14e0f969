#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "record_facts.h"
#include "shared/checks.h"
#include "wording.h"

namespace adomcp::failure_logs {

using shared::is_checkpoint;
using shared::Waiting;
using shared::waiting_at;

/// Why a checkpoint let its stage not begin.
struct Refusal {
  std::vector<std::string> messages;  ///< a sentence for each check, then what Azure says of it
  std::size_t left_out = 0;           ///< more than are kept
  Kind kind = Kind::kError;
};

/// What it was found out of stages, so that many checkpoints of one stage ask once.
class StageMemory {
 public:
  /// True when the stage of `checkpoint` did not come to run anything.
  bool held(const Record& checkpoint);

 private:
  std::unordered_map<const Record*, bool> known_;
};

/// True for a checkpoint, or a part without one, that failed, was canceled, or holds a part that
/// failed though it has no result of its own.
bool is_refused(const Record& checkpoint, StageMemory& stages);
Refusal refusal_of(const Record& checkpoint);

/// "The approval 'Production' was still waiting when the run ended."
std::string left_waiting(const Waiting& waiting);

}  // namespace adomcp::failure_logs
