#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "audit/ingestion_client.h"
#include "audit/sink.h"

namespace spdlog {
class logger;
}

namespace adomcp::audit {

/// How much the sink keeps and how long it waits; tests are less patient.
struct ApplicationInsightsPace {
  std::size_t max_items = 10'000;
  std::size_t max_bytes = std::size_t{16} * 1024 * 1024;
  std::chrono::milliseconds flush_every{2000};
  std::chrono::milliseconds first_wait{
      1000};  ///< after a failure; doubled by each one that follows
  std::chrono::milliseconds longest_wait{60'000};
  std::chrono::milliseconds at_shutdown{5000};
};

/// Sends lines to Application Insights as events. A queue in memory is all there is between, so
/// what doesn't fit, is refused, or is still there at the end is lost and counted: it can't be the
/// sink that no call goes without. Named "application_insights".
class ApplicationInsightsSink final : public Sink {
 public:
  /// `credential` and `log` may be null.
  ApplicationInsightsSink(Ingestion ingestion,
                          std::unique_ptr<outbound_identity::Credential> credential,
                          net::HttpClient http, std::shared_ptr<spdlog::logger> log,
                          ApplicationInsightsPace pace = {});
  ApplicationInsightsSink(const ApplicationInsightsSink&) = delete;
  ApplicationInsightsSink& operator=(const ApplicationInsightsSink&) = delete;
  ~ApplicationInsightsSink() override;

  std::string_view name() const override { return "application_insights"; }
  bool durable() const override { return false; }
  /// Never waits, and never fails: see dropped().
  Status write(std::string_view line) override;
  std::uint64_t dropped() const override { return dropped_; }
  std::optional<Head> close() override;

 private:
  void run();
  bool wait_for_work();
  void take_batch();
  void send_batch();
  void pause(std::optional<std::chrono::milliseconds> asked);
  void drop(std::size_t count, const std::string& why);

  const ApplicationInsightsPace pace_;
  const std::string instrumentation_key_;
  const std::string role_instance_;
  IngestionClient client_;
  std::shared_ptr<spdlog::logger> log_;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::atomic<std::int64_t> logged_at_ = 0;  // seconds on the steady clock; 0: never
  CancelToken cancel_;                       // ends what is under way when the time is up

  // The sending thread's own.
  std::vector<std::string> batch_;
  unsigned failures_ = 0;  // of this batch, one after the other

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  bool closing_ = false;
  bool done_ = false;
  Deadline end_;  // of sending, once closing_
  std::thread sending_;
};

}  // namespace adomcp::audit
