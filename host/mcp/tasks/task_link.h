#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "core/client_link.h"
#include "core/result.h"
#include "mcp/tasks/live_task.h"

namespace adomcp::mcp {

// What a task asks its client, and what may be answered. Requests are {method, params}, as MCP's
// inputRequests have them.

/// The request that a question makes. kInvalid: it is none that a client could answer.
Result<nlohmann::json> request_of(const ClientLink::Question& question);

/// What the plugin gets of `answer` as JSON text, once it fits `request`. kInvalid says what
/// doesn't fit; the answer itself is never repeated.
Result<std::string> check_answer(const nlohmann::json& request, const nlohmann::json& answer);

/// The way back to a client that takes tasks. Until the call becomes one it is the request's own
/// way. Then progress is the task's status, and questions wait for tasks/update: also those that
/// the request would have left for its next round, so that several can be open at once.
class TaskLink final : public ClientLink {
 public:
  static constexpr std::chrono::milliseconds kMinTtl = std::chrono::seconds(1);
  static constexpr std::chrono::milliseconds kMaxTtl = std::chrono::hours(24);
  static constexpr std::chrono::milliseconds kMinPoll{100};
  static constexpr std::chrono::milliseconds kMaxPoll = std::chrono::hours(1);

  TaskLink(std::shared_ptr<LiveTask> task, std::shared_ptr<ClientLink> request);

  void progress(double done, double total, std::string_view message) override;
  void log(std::string_view level, std::string_view logger, std::string_view data_json) override;
  Asked ask(const Question& question) override;
  bool keep(std::string state) override;
  std::string kept() const override { return kept_; }
  std::optional<Deadline> begin_task(std::chrono::milliseconds ttl,
                                     std::chrono::milliseconds poll) override;

 private:
  Asked ask_before(const Question& question);

  const std::shared_ptr<LiveTask> task_;
  const std::shared_ptr<ClientLink> request_;  // null: there is none
  const std::string kept_;
  std::mutex mutex_;  // guards what follows
  nlohmann::json open_ = nlohmann::json::object();
  std::map<std::string, std::string> answers_;  // that came with the request
};

}  // namespace adomcp::mcp
