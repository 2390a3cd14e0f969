#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/client_link.h"
#include "mcp/sessions/legacy_session.h"
#include "mcp/wire/client.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// The way back to a legacy client: notifications, and requests of ours, on the stream that answers
/// its POST. Without a session it can be told things, but not asked. Thread-safe.
class LegacyLink final : public ClientLink {
 public:
  struct Parts {
    Client client;
    std::function<void(std::string_view)> send;  ///< empty: the client takes no events
    std::shared_ptr<LegacySession> session;      ///< null: there is none
    CancelToken cancelled;                       ///< of the call
    std::shared_ptr<spdlog::logger> log;         ///< null with `session` alone
  };
  explicit LegacyLink(Parts parts) : parts_(std::move(parts)) {}

  void progress(double done, double total, std::string_view message) override;
  void log(std::string_view level, std::string_view logger, std::string_view data_json) override;
  Asked ask(const Question& question) override;
  bool keep(std::string state) override;
  /// A legacy call has one round.
  std::string kept() const override { return {}; }
  std::optional<Deadline> begin_task(std::chrono::milliseconds,
                                     std::chrono::milliseconds) override {
    return std::nullopt;
  }

 private:
  bool can_ask(Input what) const;
  Asked wait_for(std::int64_t id, const Question& question, const nlohmann::json& schema);
  Asked read(const nlohmann::json& response, const Question& question,
             const nlohmann::json& schema);

  const Parts parts_;
  std::mutex mutex_;  // guards done_; held while sending, so that progress grows on the wire too
  std::optional<double> done_;
};

}  // namespace adomcp::mcp
