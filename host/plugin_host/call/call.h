#pragma once

#include <adomcp/plugin.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "azure_devops/client.h"
#include "core/carriers.h"
#include "core/slots.h"
#include "plugin_host/call/arena.h"
#include "plugin_host/call/call_bounds.h"
#include "plugin_host/call/dialog.h"
#include "plugin_host/catalog.h"
#include "plugin_host/invoker.h"
#include "plugin_host/plugin_log.h"

namespace adomcp::plugin_host {

/// One call of a tool, or of something else that can be called: what the plugin's thread works on,
/// and what its caller waits for. Shared by both, so that a plugin that comes back late still finds
/// it, and is refused. Made by make_shared.
class Call final : public CarrierJob, public std::enable_shared_from_this<Call> {
 public:
  /// What the call works with beside the Invocation.
  struct Means {
    std::shared_ptr<azure_devops::Client> client;
    std::shared_ptr<CallBounds> bounds;
    std::shared_ptr<Slots> tasks;
  };

  /// Takes all of `invocation` but `client_gone`. Its scope's counter is not used, because the
  /// caller may leave first.
  Call(Invocation&& invocation, Means means);

  // For the thread that carries its caller.
  void run() noexcept override;

  // For the plugin, by way of host_api. plugin.h says what each does.
  void log(std::int32_t level, std::string_view message);
  adomcp_status interrupted() const;
  std::int64_t remaining_ms() const;
  void reply(std::string_view text, std::string_view structured_json);
  void note(std::string_view key, std::string_view value);
  adomcp_status ado(const adomcp_ado_request* const* requests,
                    adomcp_ado_response* const* responses, std::uint32_t count);
  void progress(double done, double total, std::string_view message);
  void content(std::string_view block_json);

  // The same by way of the services; input.h, legacy.h and tasks.h say what each does.
  adomcp_status elicit(std::string_view key, std::string_view message,
                       std::string_view requested_schema, adomcp_str& answer_json);
  adomcp_status sample(std::string_view key, std::string_view params_json, adomcp_str& result_json);
  adomcp_status roots(std::string_view key, adomcp_str& result_json);
  adomcp_status keep_for_next_round(std::string_view state);
  adomcp_str kept_before();
  void log_to_client(std::string_view level, std::string_view logger, std::string_view data_json);
  adomcp_status begin_task(std::int64_t ttl_ms, std::int64_t poll_ms);

  // For the caller.
  /// After run() has returned: what came of it. Lets go of the Catalog.
  CallResult conclude();
  /// Instead of conclude(): from now on the plugin is refused everything. Gives what it noted.
  CallResult give_up();
  /// Of a call that was given up: goes with this object, once the plugin has returned after all.
  void keep(std::shared_ptr<void> what) { kept_for_it_ = std::move(what); }

 private:
  bool on_call_thread(const char* function);
  adomcp_status may_ask(const char* function);
  adomcp_status ask(const char* function, adomcp_str& lent,
                    const std::function<Dialog::Answer(Dialog::Patience)>& ask);
  bool may_be_task() const;
  void accept_reply(std::string_view text, std::string_view structured_json);
  std::string wrong_reply(std::string_view text, std::string_view structured_json) const;
  std::string wrong_block(std::string_view block_json) const;
  void conclude_badly(Outcome outcome, const char* error_type, std::string text);
  void send(const adomcp_ado_request* const* requests, adomcp_ado_response* const* responses,
            std::uint32_t count);
  void answer(Result<azure_devops::Response> from, adomcp_ado_response& to);
  void answer(const Error& error, adomcp_ado_response& to);

  std::shared_ptr<void> kept_for_it_;  // first, so that it goes last
  std::shared_ptr<const Catalog> catalog_;
  const Callable* callee_;
  std::string arguments_json_;
  azure_devops::CallScope scope_;
  Means means_;

  std::thread::id thread_;
  Arena arena_;
  std::atomic<std::uint32_t> upstream_requests_{0};
  BoundedLog log_;
  Dialog dialog_;
  std::optional<Slots::Slot> task_slot_;  // the call's thread's, as is what follows
  const std::string* kept_ = nullptr;
  std::size_t content_bytes_ = 0;
  std::size_t content_blocks_ = 0;
  std::atomic<bool> given_up_{false};

  std::mutex mutex_;  // guards what follows: the caller may give up while the plugin replies
  CallResult result_;
  adomcp_status status_ = ADOMCP_INTERNAL;
  bool replied_ = false;
  bool crashed_ = false;
  std::string bad_reply_;  // why the reply can't be used; empty when it can
};

}  // namespace adomcp::plugin_host
