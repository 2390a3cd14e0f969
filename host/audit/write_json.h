#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/resolved_write.h"

// What was to be sent, as the audit tells it.

namespace adomcp::audit {

/// One JSON object of at most `most` bytes (not below 2 KiB), on one line: kind (run or preview),
/// pipeline_id, pipeline with its folder, branch, commit or "commit not known", and where there are
/// such, stages_to_skip, parameters and variables. Values whose name or look says secret are
/// "[hidden]", those marked secret "[secret]"; where there isn't room, values are cut, then left
/// out. The digest stands for the whole.
std::string write_text(const ResolvedWrite& write, std::size_t most);

/// The digests of all but the first, as a JSON list.
std::string digests_of_more(const std::vector<ResolvedWrite>& writes);

}  // namespace adomcp::audit
