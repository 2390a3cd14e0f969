#pragma once

#include <adomcp/plugin.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/client_link.h"
#include "plugin_host/plugin_log.h"

namespace adomcp::plugin_host {

/// What one call says to its client and asks of it: checks it, and hands it to the ClientLink, if
/// there is one. What is wrong with it goes to the log. progress() and log() are thread-safe, the
/// rest is for the call's thread.
class Dialog {
 public:
  /// `log` must outlive the Dialog.
  Dialog(std::shared_ptr<ClientLink> link, BoundedLog& log) : link_(std::move(link)), log_(log) {}

  /// For how long an answer may be waited for.
  struct Patience {
    Deadline until;
    std::function<bool()> interrupted;
  };
  /// `status` as in input.h, but CANCELLED for every interruption.
  struct Answer {
    adomcp_status status = ADOMCP_UNSUPPORTED;
    std::string json = {};  ///< of OK
  };

  Answer elicit(std::string_view key, std::string_view message, std::string_view requested_schema,
                Patience patience);
  Answer sample(std::string_view key, std::string_view params_json, Patience patience);
  Answer roots(std::string_view key, Patience patience);

  /// Whether an answer is to come with another round.
  bool asked() const { return asked_; }
  /// The capabilities that were missed, as MCP's requiredCapabilities; empty: none was.
  std::string unsupported() const;

  adomcp_status keep(std::string_view state);
  std::string kept() const;

  /// Nullopt where the client takes no tasks. In a task, what was asked before may be asked again.
  std::optional<Deadline> begin_task(std::chrono::milliseconds ttl, std::chrono::milliseconds poll);

  void progress(double done, double total, std::string_view message);
  void log(std::string_view level, std::string_view logger, std::string_view data_json);

 private:
  bool is_good_key(std::string_view key);
  adomcp_status refuse(const std::string& why);
  Answer ask(Input what, std::string_view key, std::string params_json, Patience patience);

  const std::shared_ptr<ClientLink> link_;  // may be null
  BoundedLog& log_;
  std::set<std::string, std::less<>> keys_;  // of all questions
  std::set<Input> missed_;
  bool misses_tasks_ = false;
  bool asked_ = false;
};

}  // namespace adomcp::plugin_host
