#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/cancel_token.h"
#include "core/client_link.h"
#include "core/clock.h"
#include "mcp/tasks/task_record.h"
#include "mcp/wire/client.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// One call that may become a task, on the replica that runs it: what the thread that works, the
/// request that waits, the owner's later requests and the manager share. Thread-safe.
class LiveTask {
 public:
  // Others take a task for lost when its replica was silent for kLease. A replica that was silent
  // for nearly as long gives the task up itself, so that nobody hears two ends of one task. Between
  // kHeartbeat and kGiveUp the manager must find the time to renew every lease, on a slow store
  // too.
  static constexpr std::chrono::seconds kHeartbeat{10};
  static constexpr std::chrono::seconds kGiveUp{50};
  static constexpr std::chrono::seconds kLease{60};

  enum class Stop { kNone, kClient, kExpired, kLost, kShutdown };

  /// `store` and `clock` must outlive it.
  LiveTask(const TaskOwner& owner, const Operation& operation, Client client,
           std::function<bool()> client_gone, TaskStore& store, const Clock& clock);

  const std::string& id() const { return id_; }

  /// Waits until the call has ended or become a task; from then on the request that made it is no
  /// more asked whether its client is there. The record says how it stood when it began.
  struct First {
    Reply reply;
    std::optional<TaskRecord> task;
  };
  First first_answer();

  /// For the work: true once nobody wants it any more.
  bool gone() const;
  const CancelToken& cancel() const { return cancel_; }
  void finish(Reply reply);

  /// For the link. `requests`: asked before, and still without an answer.
  bool begun() const;
  std::optional<Deadline> begin(std::chrono::milliseconds ttl, std::chrono::milliseconds poll,
                                nlohmann::json requests);
  void tell(std::string_view message);
  Asked ask(const ClientLink::Question& question, const nlohmann::json& request);
  const Client& client() const { return client_; }

  /// For the owner. Answers to what isn't asked are ignored; kInvalid: one doesn't fit, and none
  /// was taken.
  Status take_answers(const nlohmann::json& answers);
  void stop(Stop why);
  TaskRecord record() const;

  void stop_if_expired();

  /// Since when nobody has heard of it; nullopt where nobody waits for that: it isn't a task, or
  /// has ended, or the store is this replica's alone.
  std::optional<Clock::TimePoint> silent_since() const;
  /// Says that it is alive, or gives it up where that comes too late.
  void renew();

  /// From time to time, until `until` at the latest, and what is under way then: reads what other
  /// replicas left, and keeps the record up to date.
  void keep_up(Clock::TimePoint until);

  /// Whether all is over and, if it was a task, kept.
  bool settled() const;
  bool ended() const;

 private:
  Status save();
  void read_notes(Clock::TimePoint until);
  bool unsaved() const;
  void set_status();
  void touch();
  void conclude(Reply reply);
  void conclude_result(std::string result);
  std::optional<Asked> answer_to(const std::string& key, const nlohmann::json& request) const;
  std::optional<Asked> look_for(const std::string& key, const nlohmann::json& request);
  void forget(const std::string& key);

  const std::string id_;
  const Client client_;
  TaskStore& store_;
  const Clock& clock_;
  const CancelToken cancel_;
  std::mutex saving_;         // one writer at a time, and in order; never taken under mutex_
  std::mutex reading_notes_;  // never taken under mutex_
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::function<bool()> client_gone_;
  TaskRecord record_;
  std::optional<TaskRecord> at_begin_;
  Deadline deadline_;
  std::optional<Error> not_begun_;  // why it could not become a task
  Reply reply_;                     // of a call that did not
  struct Answered {
    nlohmann::json request;
    std::string answer;
  };
  std::map<std::string, Answered> answers_;
  Clock::TimePoint saved_at_;
  Stop stop_ = Stop::kNone;
  bool ended_ = false;
  std::uint64_t version_ = 0;  // of what the record says, and of that what the store has
  std::uint64_t saved_version_ = 0;
};

/// The answers of `answers` to what `record` asks, each as the plugin gets it, by key. kInvalid:
/// one doesn't fit.
Result<std::map<std::string, std::string>> answers_to(const TaskRecord& record,
                                                      const nlohmann::json& answers);

}  // namespace adomcp::mcp
