#include "audit/file_sink.h"

#include <chrono>
#include <exception>
#include <utility>

#include "observe/logging.h"

namespace adomcp::audit {
namespace {

constexpr std::chrono::seconds kSyncEvery{1};

Error closed() {
  return {ErrorCode::kUnavailable, "The audit file is closed.", {}};
}

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
    : publish_every_(publish_every), log_(std::move(log)), file_(std::move(file)) {
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
  return write_alone(line, Keep::kNo, [this](Batch batch) { write_all(batch); });
}

void FileSink::write_all(Batch batch) {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    for (Entry* entry : batch) entry->status = closed();
    return;
  }
  const auto before = file_->last().seq;
  file_->append(batch);
  unsynced_ = unsynced_ || file_->last().seq != before;
  note_head();
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
  const std::lock_guard lock(mutex_);
  if (std::exchange(closed_, true)) return std::nullopt;
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
