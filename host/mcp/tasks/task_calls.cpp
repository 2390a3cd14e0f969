#include "mcp/tasks/task_calls.h"

#include <utility>

#include "plugin_host/load/plugin.h"

namespace adomcp::mcp {
namespace {

Operation operation_of(const LooseCall& call) {
  const auto& plugin = call.tool.plugin;
  return {OperationKind::kTool, call.tool.name, plugin ? plugin->id() : std::string(),
          call.tool.read_only};
}

Reply make(TaskBoard& board, const ResultWriter& writer, LooseCall call) {
  if (!takes_tasks(call.client.capabilities)) return call.carry_out(call.way);
  TaskCall task{owner_of(call.principal), operation_of(call), std::move(call.client), call.way.link,
                call.way.gone};
  const auto refuse = call.refuse;
  auto work = [carry_out = std::move(call.carry_out), deadline = call.way.deadline](
                  const auto& link, const auto& gone, const auto& cancel) {
    return carry_out({link, gone, deadline, cancel, true});
  };
  auto done = board.run(std::move(task), std::move(work), writer);
  if (done) return std::move(done).value();
  return refuse(done.error());
}

}  // namespace

MoveCall calls_to(TaskBoard& board, const ResultWriter& writer) {
  return [&board, &writer](LooseCall call) { return make(board, writer, std::move(call)); };
}

}  // namespace adomcp::mcp
