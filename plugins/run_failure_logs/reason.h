#pragma once

#include <string>
#include <vector>

#include "timeline.h"

namespace adomcp::failure_logs {

/// Of what was said of a failure, the message that tells why; empty when none does. `by_itself`: a
/// task failed, and only its own errors count.
///
/// What stopped a job goes before whatever else was said of it. That something is to be retired, or
/// was canceled, is no reason, unless it is just what stopped it ("brownout").
std::string telling_message(const RootCause& cause, bool by_itself);

/// Its messages for a list that can't hold them all: what stopped a job goes before the others.
std::vector<std::string> with_reason_first(const RootCause& cause);

}  // namespace adomcp::failure_logs
