#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "azure_devops/client.h"
#include "core/client_link.h"
#include "core/outcome.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// What one call gave, already bounded and valid UTF-8.
struct CallResult {
  Outcome outcome = Outcome::kError;
  bool is_error = true;
  std::string text;                  ///< for people; empty when `structured` says it all
  std::string structured;            ///< a JSON object as text, or empty
  std::vector<std::string> content;  ///< a tool's content blocks, JSON objects as text
  bool input_required = false;       ///< it asked its client, and waits for another round
  std::string unsupported;  ///< the client's capability that it can't do without, as JSON; or empty
  std::string error_type;   ///< a stable word when is_error
  std::optional<std::int64_t> run_id;  ///< what the plugin noted for the audit
  std::optional<std::int64_t> pipeline_id;
  std::string pipeline_name;
  std::optional<std::int64_t> result_count;
  std::uint32_t upstream_requests = 0;
};

/// One call to be made.
struct Invocation {
  std::shared_ptr<const Catalog> catalog;
  const Callable& callee;      ///< one of `catalog`'s
  std::string arguments_json;  ///< a tool's already fit its schema
  azure_devops::CallScope scope;
  std::function<bool()> client_gone = {};   ///< asked now and then; true cancels
  std::shared_ptr<ClientLink> client = {};  ///< null: nothing can be told or asked
};

/// Runs what plugins offer. An interface, so that a worker process can serve the same ABI.
class Invoker {
 public:
  virtual ~Invoker() = default;

  /// Returns at the earlier of the scope's deadline and the callee's timeout (once it has become a
  /// task: at the task's deadline), plus a short grace, also when the plugin doesn't.
  virtual CallResult call(Invocation invocation) = 0;
};

}  // namespace adomcp::plugin_host
