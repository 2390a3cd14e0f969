#include "audit/file_sink.h"
#include "observe/logging.h"

#include <chrono>
#include <exception>
#include <utility>

namespace adomcp::audit {
namespace {

constexpr std::chrono::seconds kSyncEvery{1};

Error closed() {
  return {ErrorCode::kUnavailable, "The audit file is closed.", {}};
}

/// What waits must always hear of an end.
template <typename Action>
Status guarded(const Action& action) {
  try {
    return action();
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kInternal, problem.what(), {}};
  }
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(const AuditFileSettings& settings,
                                                 std::uint64_t publish_every, const Clock& clock,
                                                 std::shared_ptr<spdlog::logger> log) {
  auto file = ChainedFile::open(settings, clock, log);
  if (!file) return file.error();
  return std::unique_ptr<FileSink>(
      new FileSink(std::move(file).value(), settings, publish_every, std::move(log)));
}

FileSink::FileSink(std::unique_ptr<ChainedFile> file, const AuditFileSettings& settings,
                   std::uint64_t publish_every, std::shared_ptr<spdlog::logger> log)
    : file_(std::move(file)), publish_every_(publish_every), log_(std::move(log)) {
  // The first head tells where this process began.
  due_ = head();
  published_ = due_->seq;
  if (settings.fsync != Fsync::kInterval) return;
  syncing_ = std::jthread([this](const std::stop_token& stop) { keep_syncing(stop); });
}

FileSink::~FileSink() {
  close();
}

Status FileSink::write(std::string_view line) {
  std::unique_lock lock(mutex_);
  if (closed_) return closed();
  const auto batch = next_;
  batch->lines.append(line);
  batch->lines += '\n';
  while (committing_ && !batch->outcome) changed_.wait(lock);
  if (!batch->outcome && closed_) return closed();
  if (!batch->outcome) commit(lock);
  return *batch->outcome;
}

/// Writes what waits, without the lock meanwhile: whoever comes then waits for the next one.
void FileSink::commit(std::unique_lock<std::mutex>& lock) {
  const auto batch = std::exchange(next_, std::make_shared<Batch>());
  committing_ = true;
  lock.unlock();
  auto outcome = guarded([&] { return file_->append(batch->lines); });
  lock.lock();
  committing_ = false;
  unsynced_ = unsynced_ || outcome;
  batch->outcome = std::move(outcome);
  note_head();
  changed_.notify_all();
}

void FileSink::note_head() {
  if (publish_every_ == 0 || file_->last().seq < published_ + publish_every_) return;
  due_ = head();
  published_ = due_->seq;
}

std::optional<Head> FileSink::head_due() {
  const std::lock_guard lock(mutex_);
  return std::exchange(due_, std::nullopt);
}

std::optional<Head> FileSink::close() {
  syncing_.request_stop();
  if (syncing_.joinable()) syncing_.join();
  std::unique_lock lock(mutex_);
  if (closed_) return std::nullopt;
  closed_ = true;
  while (committing_) changed_.wait(lock);
  const auto ended = guarded([this] { return file_->close(); });
  if (!ended && log_ != nullptr) log_->error("{}", ended.error().text());
  return head();
}

void FileSink::keep_syncing(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    timer_.wait_for(lock, stop, kSyncEvery, [] { return false; });
    if (!std::exchange(unsynced_, false)) continue;
    lock.unlock();
    const auto synced = guarded([this] { return file_->sync(); });
    if (!synced && log_ != nullptr) log_->error("{}", synced.error().text());
    lock.lock();
  }
}

Head FileSink::head() const {
  return {file_->last().seq, file_->last().hash, file_->path()};
}

}  // namespace adomcp::audit
