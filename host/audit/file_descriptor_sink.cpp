#include "audit/file_descriptor_sink.h"

#include <cerrno>
#include <climits>
#include <utility>

#include "core/descriptor.h"

namespace adomcp::audit {
namespace {

constexpr std::chrono::milliseconds kTryEvery{100};

Deadline at_once() {
  return Deadline(Deadline::Clock::time_point::min());
}

/// A pipe takes so much whole or not at all. A longer line goes alone.
std::size_t fit_in_one_write(Batch batch) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < batch.size()) {
    bytes += batch[count]->line.size() + 1;
    if (count > 0 && bytes > PIPE_BUF) break;
    ++count;
  }
  return count;
}

}  // namespace

FileDescriptorSink::FileDescriptorSink(std::string name, int fd, Bounds bounds)
    : name_(std::move(name)), bounds_(bounds), writer_(fd) {}

FileDescriptorSink::~FileDescriptorSink() {
  FileDescriptorSink::close();
}

Status FileDescriptorSink::write(std::string_view line) {
  return write_or_keep(line, Keep::kNo);
}

Status FileDescriptorSink::write_or_keep(std::string_view line, Keep keep) {
  return write_alone(line, keep, [this](Batch batch) { write_all(batch); });
}

void FileDescriptorSink::write_all(Batch batch) {
  const std::lock_guard lock(mutex_);
  while (!batch.empty()) {
    const auto count = fit_in_one_write(batch);
    put(batch.first(count));
    batch = batch.subspan(count);
  }
}

/// Once nothing was taken, nobody waits any more: those who come next would add up their waiting.
void FileDescriptorSink::put(Batch batch) {
  const auto until = failure_.empty() ? Deadline::after(bounds_.patience) : at_once();
  settle(batch, send_kept(until) ? send(batch, until) : 0);
}

/// How many bytes were taken; fewer than all of them leave a failure.
std::size_t FileDescriptorSink::send(Batch batch, Deadline until) {
  text_.clear();
  for (const Entry* entry : batch) text_.append(entry->line).append("\n");
  const auto written = writer_.write(text_, until);
  if (written.error != 0) {
    fail(written.error);
  } else {
    failure_.clear();
  }
  return written.bytes;
}

/// Gives each its status, by how far the write came.
void FileDescriptorSink::settle(Batch batch, std::size_t written) {
  std::size_t end = 0;
  for (Entry* entry : batch) {
    const auto start = end;
    end += entry->line.size() + 1;
    const bool begun = start < written && written < end;
    if (begun) begun_ = text_.substr(written, end - written);
    const bool taken = end <= written || (begun && entry->keep != Keep::kNo) ||
                       (!begun && keep_for_later(entry->line, entry->keep));
    if (taken) {
      entry->status = Done{};
    } else {
      entry->status = Error{ErrorCode::kUnavailable, "audit sink " + name_ + ": " + failure_, {}};
    }
  }
}

/// What is older goes first. False when some of it is left.
bool FileDescriptorSink::send_kept(Deadline until) {
  const auto send = [&](std::string& text) {
    const auto written = writer_.write(text, until);
    text.erase(0, written.bytes);
    if (written.error != 0) fail(written.error);
    return written.error == 0;
  };
  if (!begun_.empty() && !send(begun_)) return false;
  while (!kept_.empty()) {
    begun_ = std::move(kept_.front());
    kept_.pop_front();
    kept_bytes_ -= begun_.size();
    if (!send(begun_)) return false;
  }
  return true;
}

bool FileDescriptorSink::keep_for_later(std::string_view line, Keep keep) {
  if (closed_ || keep == Keep::kNo) return false;
  std::string text = std::string(line) + '\n';
  const auto most = keep == Keep::kYes ? bounds_.most_kept : bounds_.most_kept / 2;
  if (begun_.size() + kept_bytes_ + text.size() > most) return false;
  kept_bytes_ += text.size();
  kept_.push_back(std::move(text));
  return true;
}

void FileDescriptorSink::fail(int error) {
  failure_ = error == EAGAIN ? "its reader takes nothing" : error_text(error);
  begin_recovering();
}

void FileDescriptorSink::begin_recovering() {
  if (closed_) return;
  if (!trying_.joinable()) {
    trying_ = std::jthread([this](const std::stop_token& stop) { keep_trying(stop); });
  }
  wake_.notify_all();
}

/// Also where nothing is kept: without news of it, nobody may come to try.
void FileDescriptorSink::keep_trying(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return !failure_.empty(); })) {
    wake_.wait_for(lock, stop, kTryEvery, [] { return false; });
    if (stop.stop_requested()) return;
    if (writer_.ready() && send_kept(at_once())) failure_.clear();
  }
}

std::string FileDescriptorSink::problem() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::uint64_t FileDescriptorSink::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

std::optional<Head> FileDescriptorSink::close() {
  std::jthread trying;  // ends without the lock, which it takes
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return std::nullopt;
    trying = std::move(trying_);
  }
  trying.request_stop();
  if (trying.joinable()) trying.join();
  const std::lock_guard lock(mutex_);
  if (send_kept(Deadline::after(bounds_.patience))) return std::nullopt;
  dropped_ += kept_.size() + (begun_.empty() ? 0 : 1);
  kept_.clear();
  return std::nullopt;
}

}  // namespace adomcp::audit
