#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record_tree.h"

// Pure: approvals and other checks as a timeline has them.

namespace adomcp::shared {

/// A check that somebody or something still has to decide.
struct Waiting {
  std::string stage;
  std::string what;   ///< "approval 'Production'"
  std::string since;  ///< as Azure writes times; empty: not known
  std::string type;   ///< of its record, e.g. "Checkpoint.Approval"
  std::string id;     ///< of its record; an approval has the same one in pipelines/approvals
};

/// True for Checkpoint and Checkpoint.*, the parts of one.
bool is_checkpoint(const Record& record);

/// "approval 'Production'"; without a name of its own, the type says what it is.
std::string label_of_check(const Record& record);

/// What its failing means, as the end of a sentence: "was rejected", "did not pass".
std::string_view failure_of_check(const Record& record);

/// All that hangs below a checkpoint; a checkpoint in a checkpoint only where it has no parts.
std::vector<const Record*> parts_of(const Record& checkpoint);

/// A check that is still to be decided, and the checkpoint that it belongs to, or is.
struct OpenCheck {
  const Record* check = nullptr;
  const Record* checkpoint = nullptr;

  /// When it began to wait, as Azure writes times; empty: not known.
  std::string since() const;
};

/// The checks of a checkpoint that are still to be decided.
std::vector<OpenCheck> open_checks_at(const Record& checkpoint);

/// The same, told.
std::vector<Waiting> waiting_at(const Record& checkpoint);

}  // namespace adomcp::shared
