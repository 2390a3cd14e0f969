#pragma once

#include <memory>
#include <optional>

#include "mcp/operations/operation_handler.h"
#include "mcp/operations/plugin_request.h"
#include "mcp/wire/result_writer.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// prompts/get, resources/read and completion/complete: they only read, and have no isError, so
/// that what goes wrong is a JSON-RPC error. Thread-safe.
class ReadHandler final : public OperationHandler {
 public:
  /// How the requests of one method are taken apart.
  using Read = ReadRequest (*)(Era era, const Request& request, const PluginIndex& index);

  /// `writer` must outlive this.
  ReadHandler(const ResultWriter& writer, std::shared_ptr<spdlog::logger> log, Read read)
      : writer_(writer), log_(std::move(log)), read_(read) {}

  Named name(const RequestContext& context) const override;
  std::optional<Refusal> find(OperationCall& call) const override;
  std::optional<Refusal> validate(OperationCall& call) const override;
  void fill_target(OperationCall& call) const override;
  Reply act(OperationCall& call) const override;
  Reply shape(OperationCall& call, const CallContext& context,
              const plugin_host::CallResult& result) const override;
  Reply refuse(OperationCall& call, const Refusal& refusal) const override;

 private:
  Reply fail(OperationCall& call, const plugin_host::CallResult& result) const;
  Reply answer(OperationCall& call, const std::string& members) const;

  const ResultWriter& writer_;
  const std::shared_ptr<spdlog::logger> log_;
  const Read read_;
};

}  // namespace adomcp::mcp
