#pragma once

#include <memory>
#include <string>

#include "audit/audit_log.h"
#include "core/exchange.h"
#include "mcp/operations/audited_call.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"
#include "mcp/snapshot.h"
#include "mcp/tasks/task_board.h"
#include "policy/restriction.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// -32021 with the extension that the client lacks, as every request for a task's sake must.
RpcError missing_tasks_extension();

/// tasks/get, tasks/update and tasks/cancel: for the one who made the call, as long as they may use
/// its tool. Each has one audit start and one outcome. Thread-safe.
class TasksMethods {
 public:
  /// All of them must outlive this. `rates` and `metrics` may be null: no limits, nothing counted.
  TasksMethods(const ResultWriter& writer, TaskBoard& board, audit::AuditLog& audit,
               RateLimiter* rates, observe::Metrics* metrics, std::shared_ptr<spdlog::logger> log)
      : writer_(writer),
        board_(board),
        audit_(audit),
        rates_(rates),
        metrics_(metrics),
        log_(std::move(log)) {}

  /// Of a request whose method is one of the three.
  Reply answer(const Request& request, const Exchange& exchange, const Snapshot& snapshot) const;

 private:
  struct Call;
  Reply attempt(Call& call) const;
  Reply act(Call& call) const;
  std::optional<Reply> limit(Call& call) const;
  static Reply refuse(Call& call, const Error& error);

  const ResultWriter& writer_;
  TaskBoard& board_;
  audit::AuditLog& audit_;
  RateLimiter* rates_;
  observe::Metrics* metrics_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::mcp
