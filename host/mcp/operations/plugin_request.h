#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/operation.h"
#include "core/result.h"
#include "mcp/catalog/plugin_index.h"
#include "mcp/wire/era.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// One prompts/get, resources/read or completion/complete taken apart: what of a plugin's it asks
/// for, whether that can be, and what makes its answer a good one. Refers to the PluginIndex.
struct PluginRequest {
  Operation operation;  ///< as policy sees it
  std::string limited;  ///< what its rate is counted by; empty: what doesn't exist isn't counted
  std::string arguments_json =
      "{}";  ///< for the audit: as meant, or as they came when they are refused

  std::optional<RpcError> unknown;           ///< there is no such thing
  std::optional<RpcError> validation_error;  ///< the arguments can't be

  const plugin_host::Callable* callee = nullptr;      ///< null: `page` or `unanswered` answers
  const plugin_host::Resource* page = nullptr;        ///< an app that the host serves itself
  nlohmann::json named = nlohmann::json::object();    ///< arguments that may name the target
  nlohmann::json payload = nlohmann::json::object();  ///< what the plugin gets
  std::vector<std::string> filled;  ///< members of `payload` that get the decided target

  /// Members of the result that the plugin's answer makes; an Error says what is wrong with it.
  Result<std::string> (*shape)(const nlohmann::json& answer) = nullptr;
  std::string unanswered;
  bool is_read = false;  ///< its result says how long it holds
  bool may_ask = true;   ///< the client may be asked on the way
};

/// An RpcError when the request doesn't even say what it is about.
using ReadRequest = std::variant<PluginRequest, RpcError>;

ReadRequest read_prompts_get(Era era, const Request& request, const PluginIndex& index);
ReadRequest read_resources_read(Era era, const Request& request, const PluginIndex& index);
ReadRequest read_completion(Era era, const Request& request, const PluginIndex& index);

/// The answer to a URI that nothing is at, of each era.
RpcError no_resource(Era era, const std::string& uri);

}  // namespace adomcp::mcp
