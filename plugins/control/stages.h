#pragma once

#include <string>
#include <string_view>

#include "shared/record_tree.h"

// Pure: the stage that a person names, and whether it can be retried.

namespace adomcp::control {

/// The latest attempt of the stage of this name or identifier, whatever the case; a name may also
/// be as answers show it. Throws ToolError, with the stages that there are, unless it is exactly
/// one whose identifier can stand in a path. `tree` has a stage.
const shared::Record& stage_called(const shared::RecordTree& tree, std::string_view wanted);

/// The latest attempt of the stage with this identifier; null: none, or several.
const shared::Record* stage_with(const shared::RecordTree& tree, std::string_view identifier);

/// "inProgress", "pending" or "completed".
std::string state_of(const shared::Record& stage);

/// The name to show: "Deploy"; of a pipeline without stages "__default".
std::string shown_name(const shared::Record& stage);

/// Throws ToolError where another attempt makes no sense.
void refuse_retry(const shared::Record& stage, bool all_jobs);

}  // namespace adomcp::control
