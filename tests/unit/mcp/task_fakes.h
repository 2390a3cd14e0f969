#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mcp/tasks/task_manager.h"
#include "state/memory_store.h"
#include "support/gate.h"
#include "support/manual_clock.h"

namespace adomcp::mcp {

constexpr std::chrono::seconds kLong{20};  // what should happen has happened by then

/// A store that replicas share, in memory; a test can wait for what is written there.
class WatchedStore final : public state::Store {
 public:
  explicit WatchedStore(const Clock& clock, bool shared = true) : store_(clock), shared_(shared) {}

  Result<bool> create(const std::string& name, const std::string& value,
                      Clock::TimePoint expires_at, const state::Patience& patience) override {
    if (on_call) on_call(Call::kCreate);
    if (failing) return down();
    return seen(store_.create(name, value, expires_at, patience));
  }
  Status write(const std::string& name, const std::string& value, Clock::TimePoint expires_at,
               const state::Patience& patience) override {
    if (on_call) on_call(Call::kWrite);
    const bool fails = failing;
    ++writes;
    if (fails) return down();
    return seen(store_.write(name, value, expires_at, patience));
  }
  Status remove(const std::string& name, const state::Patience& patience) override {
    if (on_call) on_call(Call::kRemove);
    return seen(store_.remove(name, patience));
  }
  Result<std::optional<std::string>> read(const std::string& name,
                                          const state::Patience& patience) override {
    if (on_call) on_call(Call::kRead);
    ++reads;
    if (failing) return down();
    return store_.read(name, patience);
  }
  bool shared() const override { return shared_; }

  /// Looks again whenever something was written, and now and then; false after kLong.
  bool wait_for(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + kLong;
    std::uint64_t before = 0;
    do {
      {
        const std::lock_guard lock(mutex_);
        before = changes_;
      }
      if (condition()) return true;
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::milliseconds(10), [&] { return changes_ != before; });
    } while (std::chrono::steady_clock::now() < until);
    return false;
  }

  /// What is there, without a call of the store.
  std::string look(const std::string& name) {
    const auto found = store_.read(name, {});
    return found && *found ? **found : std::string();
  }

  enum class Call { kCreate, kWrite, kRemove, kRead };
  /// Told of each call before it is carried out, on its thread. Set it before the first one.
  std::function<void(Call)> on_call;
  std::atomic<bool> failing = false;
  std::atomic<int> writes = 0;
  std::atomic<int> reads = 0;

 private:
  static Error down() { return {ErrorCode::kUnavailable, "The store is down.", {}}; }
  template <typename T>
  T seen(T result) {
    {
      const std::lock_guard lock(mutex_);
      ++changes_;
    }
    changed_.notify_all();
    return result;
  }

  state::MemoryStore store_;
  const bool shared_;
  std::mutex mutex_;  // guards changes_
  std::condition_variable changed_;
  std::uint64_t changes_ = 0;
};

/// A request's way back to its client, that remembers what it was told.
class RequestLink final : public ClientLink {
 public:
  void progress(double, double, std::string_view message) override {
    progressed.emplace_back(message);
  }
  void log(std::string_view, std::string_view, std::string_view data) override {
    logged.emplace_back(data);
  }
  Asked ask(const Question& question) override {
    asked.push_back(question.key);
    const auto found = answers.find(question.key);
    if (found == answers.end()) return {Asked::State::kLater, {}};
    return {Asked::State::kAnswered, found->second};
  }
  bool keep(std::string state) override {
    kept_for_next = std::move(state);
    return true;
  }
  std::string kept() const override { return "kept before"; }
  std::optional<Deadline> begin_task(std::chrono::milliseconds,
                                     std::chrono::milliseconds) override {
    return std::nullopt;
  }

  std::vector<std::string> progressed;
  std::vector<std::string> logged;
  std::vector<std::string> asked;
  std::map<std::string, std::string> answers;
  std::string kept_for_next;
};

using testing_support::Gate;

inline Reply tool_reply(const std::string& text, bool is_error = false) {
  nlohmann::json result = {{"resultType", "complete"},
                           {"content", {{{"type", "text"}, {"text", text}}}}};
  if (is_error) result["isError"] = true;
  return {result.dump(), std::nullopt};
}

/// One or two replicas on one store, with a clock that a test moves.
class TaskTest : public testing::Test {
 protected:
  using Link = std::shared_ptr<ClientLink>;
  using Gone = std::function<bool()>;

  static Client client() {
    Client out;
    out.capabilities = nlohmann::json::parse(
        R"({"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}})");
    return out;
  }
  TaskCall call() {
    TaskCall out;
    out.owner = ann_;
    out.operation = {OperationKind::kTool, "slow", "plug", false};
    out.client = client();
    out.link = request_;
    return out;
  }
  TaskManager& tasks() {
    if (!tasks_) tasks_ = std::make_unique<TaskManager>(store_, clock_, limits_, false);
    return *tasks_;
  }
  TaskManager& other() {
    if (!other_) other_ = std::make_unique<TaskManager>(store_, clock_, limits_, false);
    return *other_;
  }

  Result<Reply> run(TaskManager::Work work) {
    return tasks().run(call(), std::move(work), writer_);
  }

  /// A task that does `rest` once it has begun; its id.
  std::string begin(std::function<Reply(const Link&, const Gone&)> rest,
                    std::chrono::milliseconds ttl = std::chrono::minutes(10)) {
    const auto reply =
        run([rest = std::move(rest), ttl](const Link& link, const Gone& gone, const CancelToken&) {
          EXPECT_TRUE(link->begin_task(ttl, std::chrono::seconds(1)));
          return rest(link, gone);
        });
    EXPECT_TRUE(reply && !reply->error);
    const auto result = nlohmann::json::parse(reply->result);
    EXPECT_EQ(result["resultType"], "task");
    return result.value("taskId", "");
  }
  /// A task that waits until it is told to go on or is cancelled.
  std::string begin_waiting(std::chrono::milliseconds ttl = std::chrono::minutes(10)) {
    return begin([this](const Link&, const Gone& gone) { return wait_until_gone(gone); }, ttl);
  }
  Reply wait_until_gone(const Gone& gone) {
    const auto until = std::chrono::steady_clock::now() + kLong;
    while (!gone() && !gate_.wait(std::chrono::milliseconds(5)) &&
           std::chrono::steady_clock::now() < until) {
    }
    return gone() ? tool_reply("It was cancelled.", true) : tool_reply("done");
  }

  /// What the owner sees on this replica: the inside of tasks/get.
  nlohmann::json get(TaskManager& tasks, const std::string& id) {
    const auto record = tasks.find(id, ann_, {});
    if (!record) return {{"error", static_cast<int>(record.error().code)}};
    return nlohmann::json::parse("{" + detailed_members(*record) + "}");
  }
  std::string status(const std::string& id) { return get(tasks(), id).value("status", "none"); }
  bool reaches(const std::string& id, const std::string& wanted) {
    return store_.wait_for([&] { return status(id) == wanted; });
  }

  testing_support::ManualClock clock_;
  WatchedStore store_{clock_};
  TaskManager::Limits limits_;
  ResultWriter writer_{{"adomcp", "", "1", ""}};
  const TaskOwner ann_{"ann", "tenant"};
  std::shared_ptr<RequestLink> request_ = std::make_shared<RequestLink>();
  Gate gate_;

  std::unique_ptr<TaskManager> tasks_;  // last: their threads use the rest
  std::unique_ptr<TaskManager> other_;
};

}  // namespace adomcp::mcp
