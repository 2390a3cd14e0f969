#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mcp/operations/operation_handler.h"
#include "mcp/wire/result_writer.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// tools/call. What a model can correct comes back as a result with isError; what a program must
/// correct as a JSON-RPC error. Thread-safe.
class ToolHandler final : public OperationHandler {
 public:
  /// `writer` must outlive this. `confirms`: the argument of two_step is taken back.
  ToolHandler(const ResultWriter& writer, std::shared_ptr<spdlog::logger> log, bool confirms)
      : writer_(writer), log_(std::move(log)), confirms_(confirms) {}

  Named name(const RequestContext& context) const override;
  std::optional<Refusal> find(OperationCall& call) const override;
  std::optional<Refusal> validate(OperationCall& call) const override;
  void fill_target(OperationCall& call) const override;
  Reply shape(OperationCall& call, const CallContext& context,
              const plugin_host::CallResult& result) const override;
  Reply refuse(OperationCall& call, const Refusal& refusal) const override;

 private:
  std::string written(const OperationCall& call, const plugin_host::CallResult& result) const;

  const ResultWriter& writer_;
  const std::shared_ptr<spdlog::logger> log_;
  const bool confirms_;
};

}  // namespace adomcp::mcp
