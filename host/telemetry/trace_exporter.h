#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/settings.h"
#include "core/span.h"
#include "net/http_client.h"
#include "observe/metrics.h"
#include "telemetry/otlp_json.h"

namespace spdlog {
class logger;
}

namespace adomcp::telemetry {

/// How much is kept and how long it waits; tests are less patient.
struct TracePace {
  std::size_t max_queued = 8192;  ///< spans of 1 to 4 KiB; more are dropped and counted
  std::size_t batch = 512;
  std::chrono::milliseconds flush_every{2000};
  std::chrono::milliseconds request{10'000};
  std::chrono::milliseconds first_wait{1000};  ///< after a failure that may pass; doubled each time
  std::chrono::milliseconds longest_wait{30'000};
  int tries = 5;  ///< of one batch
  std::chrono::milliseconds at_shutdown{3000};
};

/// Sends spans to an OTLP/HTTP receiver as JSON, in batches, from a thread of its own. A bounded
/// queue in memory is all there is between: what doesn't fit, is refused, or is still there at the
/// end is dropped and counted as adomcp_spans_dropped_total. No call ever waits for it.
class TraceExporter final : public SpanSink {
 public:
  /// `metrics` must outlive close().
  TraceExporter(TraceSettings settings, Reporter reporter, net::HttpClient http,
                observe::Metrics& metrics, std::shared_ptr<spdlog::logger> log,
                TracePace pace = {});
  ~TraceExporter() override { close(); }
  TraceExporter(const TraceExporter&) = delete;
  TraceExporter& operator=(const TraceExporter&) = delete;

  /// Sends what is left, for pace.at_shutdown at most. A call that was given up may still hold this
  /// afterwards: its spans go nowhere.
  void close();

  bool samples(std::string_view trace_id) const override;
  void take(SpanData span) override;

 private:
  enum class Sent { kGood, kAgain, kRefused };

  void run();
  std::vector<SpanData> next_batch();
  void deliver(const std::vector<SpanData>& batch);
  Sent send(const std::string& body, std::size_t count);
  bool pause(int failures);
  void drop(std::string_view reason, std::size_t count);

  const TraceSettings settings_;
  const Reporter reporter_;
  const TracePace pace_;
  net::HttpClient http_;
  observe::Metrics& metrics_;
  const std::shared_ptr<spdlog::logger> log_;
  std::string problem_;  // the last one that was logged; the sending thread's own
  CancelToken cancel_;   // ends what is under way when the time is up

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<SpanData> queue_;
  bool closing_ = false;
  bool done_ = false;
  Deadline end_;  // of sending, once closing_
  std::thread thread_;
};

}  // namespace adomcp::telemetry
