#include "telemetry/trace_exporter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/text.h"
#include "observe/logging.h"

namespace adomcp::telemetry {
namespace {

constexpr std::size_t kMaxReply = std::size_t{64} * 1024;

/// The protocol's list of answers that may pass.
bool may_pass(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

TraceExporter::TraceExporter(TraceSettings settings, Reporter reporter, net::HttpClient http,
                             observe::Metrics& metrics, std::shared_ptr<spdlog::logger> log,
                             TracePace pace)
    : settings_(std::move(settings)),
      reporter_(std::move(reporter)),
      pace_(pace),
      http_(std::move(http)),
      metrics_(metrics),
      log_(std::move(log)),
      thread_([this] { run(); }) {}

void TraceExporter::close() {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    closing_ = true;
    end_ = Deadline::after(pace_.at_shutdown);
    changed_.notify_all();
    changed_.wait_until(lock, end_.at(), [this] { return done_; });
  }
  cancel_.cancel();
  thread_.join();
}

/// By the trace id, so that all replicas decide alike.
bool TraceExporter::samples(std::string_view trace_id) const {
  constexpr int kAll = 100;
  if (settings_.sample_percent >= kAll) return true;
  int rest = 0;
  for (const char digit : trace_id) rest = (rest * 16 + hex_value(digit)) % kAll;
  return rest < settings_.sample_percent;
}

void TraceExporter::take(SpanData span) {
  const std::lock_guard lock(mutex_);
  if (closing_) return;
  if (queue_.size() >= pace_.max_queued) return drop("queue_full", 1);
  queue_.push_back(std::move(span));
  // The thread looks by itself every so often; it is woken early only for a whole batch.
  if (queue_.size() == pace_.batch) changed_.notify_all();
}

void TraceExporter::run() {
  for (;;) {
    const auto batch = next_batch();
    if (batch.empty()) break;
    try {
      deliver(batch);
    } catch (const std::exception& error) {
      log_->error("telemetry: {}", error.what());
      drop("failed", batch.size());
    }
  }
  const std::lock_guard lock(mutex_);
  if (!queue_.empty()) drop("host_ended", queue_.size());
  done_ = true;
  changed_.notify_all();
}

/// Waits for some; empty when it is time to end.
std::vector<SpanData> TraceExporter::next_batch() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (changed_.wait_for(lock, pace_.flush_every,
                          [this] { return closing_ || queue_.size() >= pace_.batch; })) {
      break;
    }
    if (!queue_.empty()) break;
  }
  if (closing_ && end_.passed()) return {};
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), pace_.batch));
  std::vector<SpanData> batch(std::make_move_iterator(queue_.begin()),
                              std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return batch;
}

void TraceExporter::deliver(const std::vector<SpanData>& batch) {
  const std::string body = export_request(reporter_, batch);
  for (int failures = 0;;) {
    const Sent sent = send(body, batch.size());
    if (sent == Sent::kGood) return;
    if (sent == Sent::kRefused) return drop("refused", batch.size());
    if (++failures >= pace_.tries || !pause(failures)) return drop("unreachable", batch.size());
  }
}

TraceExporter::Sent TraceExporter::send(const std::string& body, std::size_t count) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = settings_.endpoint;
  request.content_type = "application/json";
  request.body = body;
  request.max_bytes = kMaxReply;
  request.headers = settings_.headers;
  const auto reply = http_.send(request, Deadline::after(pace_.request), cancel_);
  const std::string problem =
      !reply ? reply.error().text()
             : (reply->status == 200 ? "" : "it answered " + std::to_string(reply->status));
  if (!problem.empty() && problem != problem_) {
    log_->warn("telemetry: spans can't be sent to telemetry.traces.endpoint: {}", problem);
  }
  problem_ = problem;
  if (!reply) return Sent::kAgain;
  if (reply->status != 200) return may_pass(reply->status) ? Sent::kAgain : Sent::kRefused;
  const auto rejected = std::min<std::uint64_t>(rejected_spans(reply->body), count);
  if (rejected > 0) drop("refused", rejected);
  metrics_.spans_sent(count - rejected);
  return Sent::kGood;
}

/// False when it is time to end.
bool TraceExporter::pause(int failures) {
  const auto doubled = pace_.first_wait * (1U << static_cast<unsigned>(std::min(failures - 1, 10)));
  std::unique_lock lock(mutex_);
  if (closing_) return false;
  changed_.wait_for(lock, std::min<std::chrono::milliseconds>(doubled, pace_.longest_wait),
                    [this] { return closing_; });
  return true;  // one more try, also when it is closing
}

void TraceExporter::drop(std::string_view reason, std::size_t count) {
  metrics_.spans_dropped(reason, count);
}

}  // namespace adomcp::telemetry
