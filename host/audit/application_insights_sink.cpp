#include "audit/application_insights_sink.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "audit/telemetry_item.h"
#include "core/clock.h"
#include "observe/logging.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kBatchItems = 500;
constexpr std::size_t kBatchBytes = std::size_t{340} * 1024;  // an item is up to 3 times its line
constexpr unsigned kMaxFailures = 100;                        // well over an hour
constexpr std::chrono::milliseconds kRequest = std::chrono::seconds(10);
constexpr std::int64_t kLogEverySeconds = 60;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

ApplicationInsightsSink::ApplicationInsightsSink(
    Ingestion ingestion, std::unique_ptr<outbound_identity::Credential> credential,
    net::HttpClient http, std::shared_ptr<spdlog::logger> log, ApplicationInsightsPace pace)
    : pace_(pace),
      instrumentation_key_(ingestion.instrumentation_key),
      role_instance_(host_name()),
      client_(std::move(ingestion), std::move(credential), std::move(http)),
      log_(std::move(log)),
      sending_([this] { run(); }) {}

ApplicationInsightsSink::~ApplicationInsightsSink() {
  close();
}

Status ApplicationInsightsSink::write(std::string_view line) {
  std::unique_lock lock(mutex_);
  if (closing_ || lines_.size() >= pace_.max_items || bytes_ + line.size() > pace_.max_bytes) {
    lock.unlock();
    drop(1, "the queue is full");
    return Done{};
  }
  bytes_ += line.size();
  lines_.emplace_back(line);
  // The sending thread looks by itself every so often; it is woken early only for a whole batch.
  if (lines_.size() == kBatchItems) changed_.notify_all();
  return Done{};
}

std::optional<Head> ApplicationInsightsSink::close() {
  {
    std::unique_lock lock(mutex_);
    if (!closing_) end_ = Deadline::after(pace_.at_shutdown);
    closing_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, end_.at(), [this] { return done_; });
  }
  cancel_.cancel();
  if (sending_.joinable()) sending_.join();
  return std::nullopt;
}

void ApplicationInsightsSink::run() {
  while (wait_for_work()) {
    try {
      take_batch();
      send_batch();
    } catch (const std::exception& problem) {
      drop(std::exchange(batch_, {}).size(), problem.what());
    }
  }
  const std::lock_guard lock(mutex_);
  if (const auto left = lines_.size() + batch_.size(); left > 0) {
    drop(left, "the host ended first");
  }
  done_ = true;
  changed_.notify_all();
}

/// False when it is time to end.
bool ApplicationInsightsSink::wait_for_work() {
  std::unique_lock lock(mutex_);
  if (batch_.empty() && lines_.size() < kBatchItems) {
    changed_.wait_for(lock, pace_.flush_every,
                      [this] { return closing_ || lines_.size() >= kBatchItems; });
  }
  if (!closing_) return true;
  return !cancel_.cancelled() && !end_.passed() && !(lines_.empty() && batch_.empty());
}

void ApplicationInsightsSink::take_batch() {
  if (!batch_.empty()) return;
  std::vector<std::string> taken;
  {
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    while (!lines_.empty() && taken.size() < kBatchItems && bytes < kBatchBytes) {
      bytes += lines_.front().size();
      bytes_ -= lines_.front().size();
      taken.push_back(std::move(lines_.front()));
      lines_.pop_front();
    }
  }
  for (const auto& line : taken) {
    auto item = to_telemetry_item(line, instrumentation_key_, role_instance_);
    if (item.empty()) {
      drop(1, "it is no JSON object");
    } else {
      batch_.push_back(std::move(item));
    }
  }
}

void ApplicationInsightsSink::send_batch() {
  if (batch_.empty()) return;
  const auto delivery = client_.send(batch_, Deadline::after(kRequest), cancel_);
  if (delivery.lost > 0) drop(delivery.lost, delivery.problem);
  std::vector<std::string> again;
  for (const auto at : delivery.again) again.push_back(std::move(batch_[at]));
  batch_ = std::move(again);
  failures_ = batch_.empty() ? 0 : failures_ + 1;
  if (failures_ > kMaxFailures) {
    drop(std::exchange(batch_, {}).size(), delivery.problem);
    failures_ = 0;
  }
  if (!batch_.empty() || delivery.wait) pause(delivery.wait);
}

/// Waits as long as the other side asks for, or longer each time; cut short by the end.
void ApplicationInsightsSink::pause(std::optional<std::chrono::milliseconds> asked) {
  const auto doubled = pace_.first_wait * (1U << std::min(failures_ > 0 ? failures_ - 1 : 0, 16U));
  Deadline until = Deadline::after(asked.value_or(std::min(doubled, pace_.longest_wait)));
  std::unique_lock lock(mutex_);
  // Closing is news: there may be one more try before the time is up.
  const bool was_closing = closing_;
  if (was_closing) until = until.earlier(end_);
  changed_.wait_until(lock, until.at(),
                      [&] { return (closing_ && !was_closing) || cancel_.cancelled(); });
}

void ApplicationInsightsSink::drop(std::size_t count, const std::string& why) {
  const auto all = dropped_ += count;
  const auto now = steady_seconds();
  auto before = logged_at_.load();
  if (log_ == nullptr || (before != 0 && now - before < kLogEverySeconds)) return;
  if (!logged_at_.compare_exchange_strong(before, now)) return;
  log_->error("audit sink application_insights lost {} lines since the start: {}", all, why);
}

}  // namespace adomcp::audit
