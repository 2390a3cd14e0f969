#pragma once

#include <optional>

#include "mcp/operations/operation_handler.h"
#include "mcp/tasks/task_manager.h"
#include "mcp/wire/result_writer.h"

namespace adomcp::mcp {

/// -32021 with the extension that the client lacks, as every request for a task's sake must.
RpcError missing_tasks_extension();

/// tasks/get, tasks/update and tasks/cancel: for the one who made the call, as long as they may use
/// its tool. They reach calls that run already. Thread-safe.
class TasksHandler final : public OperationHandler {
 public:
  /// Both must outlive this.
  TasksHandler(const ResultWriter& writer, TaskManager& tasks) : writer_(writer), tasks_(tasks) {}

  Named name(const RequestContext& context) const override;
  std::optional<Refusal> find(OperationCall& call) const override;
  std::optional<Refusal> validate(OperationCall& call) const override;
  void fill_target(OperationCall&) const override {}
  Reply act(OperationCall& call) const override;
  Reply refuse(OperationCall& call, const Refusal& refusal) const override;

 private:
  const ResultWriter& writer_;
  TaskManager& tasks_;
};

}  // namespace adomcp::mcp
