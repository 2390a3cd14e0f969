#pragma once

#include <adomcp/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "azure_devops/client.h"
#include "plugin_host/arena.h"
#include "plugin_host/catalog.h"
#include "plugin_host/invoker.h"
#include "plugin_host/job.h"
#include "plugin_host/plugin_log.h"
#include "plugin_host/tool_guard.h"

namespace adomcp::plugin_host {

/// One call of one tool: what the plugin's thread works on, and what its caller waits for. Shared
/// by both, so that a plugin that comes back late still finds it, and is refused. Made by
/// make_shared.
class Call final : public Job, public std::enable_shared_from_this<Call> {
 public:
  /// `tool` must belong to `catalog`. The scope's deadline and cancel token bound the call; its
  /// counter is not used, because the caller may leave first.
  Call(std::shared_ptr<const Catalog> catalog, const Callable& tool, std::string arguments_json,
       azure_devops::CallScope scope, std::shared_ptr<azure_devops::Client> client);

  // For the pool's thread.
  void run() noexcept override;

  // For the plugin, by way of host_api. plugin.h says what each does.
  void log(std::int32_t level, std::string_view message);
  adomcp_status interrupted() const;
  std::int64_t remaining_ms() const;
  void reply(std::string_view text, std::string_view structured_json);
  void note(std::string_view key, std::string_view value);
  adomcp_status ado(const adomcp_ado_request* const* requests,
                    adomcp_ado_response* const* responses, std::uint32_t count);

  // For the caller.
  /// After run() has returned: what came of it. Lets go of the Catalog.
  CallResult conclude();
  /// Instead of conclude(): from now on the plugin is refused everything. Gives what it noted.
  CallResult give_up();
  /// Of a call that was given up: goes with this object, once the plugin has returned after all.
  void keep(ToolGuard::Pass pass) { pass_.emplace(std::move(pass)); }

 private:
  bool on_call_thread(const char* function);
  void accept_reply(std::string_view text, std::string_view structured_json);
  void send(const adomcp_ado_request* const* requests, adomcp_ado_response* const* responses,
            std::uint32_t count);
  void answer(Result<azure_devops::Response> from, adomcp_ado_response& to);
  void answer(const Error& error, adomcp_ado_response& to);

  std::optional<ToolGuard::Pass> pass_;  // first, so that it goes last
  std::shared_ptr<const Catalog> catalog_;
  const Callable* tool_;
  std::string arguments_json_;
  azure_devops::CallScope scope_;
  std::shared_ptr<azure_devops::Client> client_;

  std::thread::id thread_;
  Arena arena_;
  std::atomic<std::uint32_t> upstream_requests_{0};
  BoundedLog log_;
  std::atomic<bool> given_up_{false};

  std::mutex mutex_;  // guards what follows: the caller may give up while the plugin replies
  CallResult result_;
  adomcp_status status_ = ADOMCP_INTERNAL;
  bool replied_ = false;
  bool crashed_ = false;
  std::string bad_reply_;  // why the reply can't be used; empty when it can
};

}  // namespace adomcp::plugin_host
