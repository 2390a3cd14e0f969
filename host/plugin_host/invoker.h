#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "azure_devops/client.h"
#include "core/outcome.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// What one tool call gave, already bounded and valid UTF-8.
struct CallResult {
  Outcome outcome = Outcome::kError;
  bool is_error = true;
  std::string text;                    ///< for people; empty when `structured` says it all
  std::string structured;              ///< a JSON object as text, or empty
  std::string error_type;              ///< a stable word when is_error
  std::optional<std::int64_t> run_id;  ///< what the plugin noted for the audit
  std::optional<std::int64_t> pipeline_id;
  std::string pipeline_name;
  std::optional<std::int64_t> result_count;
  std::uint32_t upstream_requests = 0;
};

/// Runs a tool. An interface, so that a worker process can serve the same ABI.
class Invoker {
 public:
  virtual ~Invoker() = default;

  /// Runs `tool`, one of `catalog`'s, with arguments that already fit its schema. Returns at the
  /// earlier of the scope's deadline and the tool's timeout, plus a short grace, also when the
  /// plugin doesn't. `client_gone` is asked now and then and may be empty; true cancels.
  virtual CallResult call(std::shared_ptr<const Catalog> catalog, const Tool& tool,
                          const std::string& arguments_json, azure_devops::CallScope scope,
                          const std::function<bool()>& client_gone) = 0;
};

}  // namespace adomcp::plugin_host
