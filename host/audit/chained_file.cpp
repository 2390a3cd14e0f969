#include "audit/chained_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include "audit/events.h"
#include "audit/line.h"
#include "core/text.h"
#include "observe/logging.h"

namespace adomcp::audit {
namespace {

constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW;
constexpr int kOwnerOnly = 0600;

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

/// What the lines need at most, with their places in the chain.
std::size_t size_of(Batch batch) {
  std::size_t bytes = batch.size() * kMostAdded;
  for (const Entry* entry : batch) bytes += entry->line.size();
  return bytes;
}

/// A name in a folder is durable once the folder is.
void sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const Descriptor open(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open) ::fsync(open.get());
}

}  // namespace

ChainedFile::ChainedFile(const AuditFileSettings& settings, const Clock& clock, FileLock lock,
                         std::shared_ptr<spdlog::logger> log)
    : settings_(settings),
      clock_(clock),
      lock_(std::move(lock)),
      log_(std::move(log)),
      // The number before the first line is as random as it gets, so that no chain can be made
      // before its time.
      chain_(Link{0, sha256_hex(random_id() + random_id())}),
      rotate_at_(settings.rotate_bytes) {}

Result<std::unique_ptr<ChainedFile>> ChainedFile::open(const AuditFileSettings& settings,
                                                       const Clock& clock,
                                                       std::shared_ptr<spdlog::logger> log) {
  auto lock = FileLock::take(settings.path);
  if (!lock) return lock.error();
  std::unique_ptr<ChainedFile> file(
      new ChainedFile(settings, clock, std::move(lock).value(), std::move(log)));
  if (const auto ready = file->resume(all_files(settings.path)); !ready) return ready.error();
  return file;
}

Status ChainedFile::resume(const std::vector<AuditFile>& files) {
  if (files.empty()) {
    if (auto created = create(1); !created) return created;
    FileTail none;
    none.closed = true;
    return announce(none);
  }
  const auto& newest = files.back();
  const auto tail = read_tail(newest.path);
  if (!tail) return tail.error();
  if (!tail->closed) left_open_ = find_left_open(files);
  chain_.reset(tail->last);
  // A process can die after it rotated the file away and before there is a new one.
  auto opened = newest.number == 0 ? reopen(*tail) : create(tail->number + 1);
  if (!opened) return opened;
  FileTail before = *tail;
  if (newest.number != 0) before.torn = 0;  // that is in another file
  return announce(before);
}

/// The header goes in under another name, so that no file is ever seen without.
Status ChainedFile::create(std::uint64_t number) {
  const std::string draft = settings_.path + ".new";
  auto file = std::make_shared<Descriptor>(::open(draft.c_str(), kFlags | O_TRUNC, kOwnerOnly));
  if (!*file) return failure("can't be made", errno);
  Line header(clock_.now(), kFile);
  header.number("number", number);
  header.text("after", chain_.last().hash);
  const Link before = chain_.last();
  std::string bytes;
  chain_.append(std::move(header).finish(), bytes);
  int error = write_whole(file->get(), bytes);
  if (error == 0 && ::fsync(file->get()) != 0) error = errno;
  if (error == 0 && ::rename(draft.c_str(), settings_.path.c_str()) != 0) error = errno;
  if (error != 0) {
    chain_.reset(before);
    return failure("can't be made", error);
  }
  sync_folder_of(settings_.path);
  number_ = number;
  size_ = bytes.size();
  const std::lock_guard guard(mutex_);
  descriptor_ = std::move(file);
  return Done{};
}

Status ChainedFile::reopen(const FileTail& tail) {
  auto file = std::make_shared<Descriptor>(::open(settings_.path.c_str(), kFlags, kOwnerOnly));
  struct stat info {};
  if (!*file || ::fstat(file->get(), &info) != 0) return failure("can't be opened", errno);
  number_ = tail.number;
  size_ = static_cast<std::uint64_t>(info.st_size);
  descriptor_ = std::move(file);
  if (tail.newline) return Done{};
  text_ = "\n";
  return write_text().status;
}

/// `before`: how the file ended that this process goes on with.
Status ChainedFile::announce(const FileTail& before) {
  Line line(clock_.now(), kOpened);
  line.number("pid", std::uint64_t{static_cast<std::uint32_t>(::getpid())});
  line.raw("clean", before.closed ? "true" : "false");
  if (before.torn > 0) {
    line.number("torn_bytes", std::uint64_t{before.torn});
    line.text("torn_sha256", before.torn_sha256);
  }
  return append_one(std::move(line).finish());
}

Status ChainedFile::append_one(std::string_view line) {
  return write_alone(line, Keep::kNo, [this](Batch batch) { append(batch); });
}

void ChainedFile::append(Batch batch) {
  replace_if_removed();
  rotate_if_full(size_of(batch));
  const Link before = chain_.last();
  try {
    text_.clear();
    for (const Entry* entry : batch) chain_.append(entry->line, text_);
  } catch (...) {
    chain_.reset(before);  // nothing of it is written
    throw;
  }
  const auto written = write_text();
  if (written.bytes < text_.size()) chain_.reset(end_of(written.bytes).value_or(before));
  std::size_t end = 0;
  for (Entry* entry : batch) {
    end = text_.find('\n', end) + 1;
    entry->status = end <= written.bytes ? Status(Done{}) : written.status;
  }
}

/// The last of the lines in so many bytes of text_; nullopt when there is none.
std::optional<Link> ChainedFile::end_of(std::size_t bytes) const {
  if (bytes == 0) return std::nullopt;
  const auto lines = std::string_view(text_).substr(0, bytes - 1);
  const auto last = read_chained(lines.substr(lines.rfind('\n') + 1));
  if (!last) return std::nullopt;
  return Link{last->seq, std::string(last->hash)};
}

/// A disk that has room for some of the lines has them: what is cut off begins with the first that
/// isn't whole.
ChainedFile::Written ChainedFile::write_text() {
  const int fd = descriptor_->get();
  if (overlong_ && ::ftruncate(fd, static_cast<off_t>(size_)) != 0) {
    return {0, failure("can't be mended", errno)};
  }
  overlong_ = false;
  auto [whole, error] = write_counted(fd, text_);
  if (error != 0) whole = whole == 0 ? 0 : text_.rfind('\n', whole - 1) + 1;
  if (whole > 0 && settings_.fsync == Fsync::kAlways && ::fdatasync(fd) != 0) {
    error = errno;
    whole = 0;
  }
  size_ += whole;
  if (error == 0) return {whole, Done{}};
  overlong_ = ::ftruncate(fd, static_cast<off_t>(size_)) != 0;
  return {whole, failure("can't be written", error)};
}

Status ChainedFile::sync() {
  std::shared_ptr<Descriptor> file;
  {
    const std::lock_guard guard(mutex_);
    file = descriptor_;
  }
  return ::fdatasync(file->get()) == 0 ? Status(Done{}) : failure("can't be synced", errno);
}

Status ChainedFile::close() {
  const auto written = append_one(Line(clock_.now(), kClosed).finish());
  return written && settings_.fsync != Fsync::kNever ? sync() : written;
}

/// Lines in a file without a name are nowhere. The chain goes on, so that its gap shows.
void ChainedFile::replace_if_removed() {
  struct stat info {};
  if (::fstat(descriptor_->get(), &info) != 0 || info.st_nlink > 0) return;
  if (log_ != nullptr) log_->error("audit file {} was removed; a new one follows", settings_.path);
  static_cast<void>(create(number_ + 1));  // else what is written next fails or is lost as before
}

void ChainedFile::rotate_if_full(std::size_t more) {
  if (rotate_at_ == 0 || overlong_ || size_ + more <= rotate_at_) return;
  const auto rotated = rotate();
  // A file that can't be rotated is still better than none; it is tried again after as much more.
  rotate_at_ = (rotated ? 0 : size_) + settings_.rotate_bytes;
  if (!rotated && log_ != nullptr) log_->error("{}", rotated.error().text());
}

Status ChainedFile::rotate() {
  const std::string name = settings_.path + "." + std::to_string(number_);
  if (settings_.fsync != Fsync::kNever) {
    if (auto synced = sync(); !synced) return synced;
  }
  if (exists(name)) return failure("can't be renamed to " + name, EEXIST);
  if (::rename(settings_.path.c_str(), name.c_str()) != 0) {
    return failure("can't be renamed to " + name, errno);
  }
  if (auto created = create(number_ + 1); !created) {
    ::rename(name.c_str(), settings_.path.c_str());
    return created;
  }
  remove_oldest();
  return Done{};
}

void ChainedFile::remove_oldest() const {
  if (settings_.keep == 0) return;
  const auto files = rotated_files(settings_.path);
  for (std::size_t i = 0; i + settings_.keep < files.size(); ++i) {
    if (::unlink(files[i].path.c_str()) == 0 || log_ == nullptr) continue;
    log_->error("audit file {} can't be removed: {}", files[i].path, error_text(errno));
  }
}

Status ChainedFile::failure(const std::string& what, int error) const {
  return Error{ErrorCode::kUnavailable,
               "Audit file " + settings_.path + " " + what + ": " + error_text(error) + ".",
               "See to the disk, its space and this process's rights there."};
}

}  // namespace adomcp::audit
