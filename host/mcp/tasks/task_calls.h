#pragma once

#include "mcp/operations/call_way.h"
#include "mcp/wire/result_writer.h"
#include "mcp/tasks/task_board.h"

namespace adomcp::mcp {

/// Brings to `board` the calls whose clients take tasks; the others are made where they are. Both
/// must outlive it.
MoveCall calls_to(TaskBoard& board, const ResultWriter& writer);

}  // namespace adomcp::mcp
