#pragma once

#include "timeline.h"

namespace adomcp::failure_logs {

/// Moves from roots to downstream what is only a consequence: jobs canceled while something else
/// broke, jobs that never began, and parts that fail for want of what an earlier failure left
/// unmade. Roots are in order of time, canceled ones last.
void move_consequences(Analysis& analysis);

}  // namespace adomcp::failure_logs
