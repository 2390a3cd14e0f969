#pragma once

#include "mcp/call_way.h"
#include "mcp/result_writer.h"
#include "mcp/task_board.h"

namespace adomcp::mcp {

/// Brings to `board` the calls whose clients take tasks; the others are made where they are. Both
/// must outlive it.
MoveCall calls_to(TaskBoard& board, const ResultWriter& writer);

}  // namespace adomcp::mcp
