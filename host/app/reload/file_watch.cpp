#include "app/reload/file_watch.h"
#include "observe/logging.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace adomcp::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWake = 1;
constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
constexpr std::size_t kBuffer = std::size_t{16} * 1024;
constexpr const char* kEveryYaml = "*";
constexpr const char* kMountedData = "..data";  // what Kubernetes swaps below mounted files
constexpr unsigned kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                             IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

/// A new descriptor of inotify; none, and a warning, where the system gives none.
Descriptor open_inotify(spdlog::logger& log) {
  Descriptor made(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const int error = errno;
  if (!made) {
    log.warn("changed files are not noticed, send SIGHUP instead: {}", error_text(error));
  }
  return made;
}

bool is_yaml(const std::string& name) {
  return name.ends_with(".yaml") || name.ends_with(".yml");
}

/// A new file that somebody still writes to: closing it will be told too.
bool is_unfinished(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_nlink == 1;
}

void want(std::map<std::string, std::set<std::string>>& wanted, const fs::path& path) {
  if (!path.has_filename()) {
    wanted[path.parent_path().string()].insert(kEveryYaml);
    return want(wanted, path.parent_path());
  }
  auto& names = wanted[path.parent_path().string()];
  names.insert(path.filename().string());
  std::error_code failed;
  const fs::path real = fs::canonical(path, failed);
  if (failed || real == path) return;
  names.insert(kMountedData);
  wanted[real.parent_path().string()].insert(real.filename().string());
}

}  // namespace

FileWatch::FileWatch(Options options)
    : options_(std::move(options)),
      inotify_(open_inotify(*options_.log)),
      wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wakeup_) throw std::system_error(errno, std::system_category(), "eventfd");
  watch_folders();
  thread_ = std::thread([this] { run(); });
}

FileWatch::~FileWatch() {
  signal(kEnd);
  thread_.join();
}

void FileWatch::wake() {
  signal(kWake);
}

void FileWatch::signal(std::uint64_t what) const {
  // Only fails when the counter is full, and then the thread will wake anyway.
  const auto written = ::write(wakeup_.get(), &what, sizeof what);
  static_cast<void>(written);
}

void FileWatch::run() {
  std::optional<Clock::time_point> say_at;
  Clock::time_point first;
  for (;;) {
    int timeout = -1;
    if (say_at) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*say_at - Clock::now());
      timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    if (!sleep(timeout)) return;
    const auto now = Clock::now();
    if (read_events()) {
      if (!say_at) first = now;
      say_at = std::min(now + options_.quiet, first + options_.most);
    }
    if (!asked_ && (!say_at || now < *say_at)) continue;
    say_at.reset();
    try {
      say(std::exchange(asked_, false));
    } catch (const std::exception& problem) {
      options_.log->error("a change of files was not dealt with: {}", problem.what());
    }
  }
}

/// False when it is time to end.
bool FileWatch::sleep(int timeout_ms) {
  std::array<pollfd, 2> waits{pollfd{wakeup_.get(), POLLIN, 0}, pollfd{inotify_.get(), POLLIN, 0}};
  ::poll(waits.data(), waits.size(), timeout_ms);
  std::uint64_t told = 0;
  if (::read(wakeup_.get(), &told, sizeof told) != sizeof told) return true;
  asked_ = asked_ || told % kEnd != 0;
  return told < kEnd;
}

/// Whether one of them concerns what is watched.
bool FileWatch::read_events() {
  bool concerned = false;
  alignas(inotify_event) std::array<char, kBuffer> buffer{};
  for (;;) {
    const auto got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) return concerned;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string name = event.len > 0 ? buffer.data() + at + sizeof event : "";
      concerned = concerned || concerns(event.wd, event.mask, name);
      at += sizeof event + event.len;
    }
  }
}

bool FileWatch::concerns(int watch, unsigned mask, const std::string& name) const {
  if ((mask & IN_Q_OVERFLOW) != 0) return true;
  const auto found = folders_.find(watch);
  if (found == folders_.end() || (mask & IN_IGNORED) != 0) return false;
  if (name.empty()) return (mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
  const bool yaml = is_yaml(name) && !name.starts_with('.');  // no editor's swap file
  const auto wants = [&](const std::string& folder) {
    const auto& names = wanted_.at(folder);
    return names.contains(name) || (yaml && names.contains(kEveryYaml));
  };
  const auto& folders = found->second;
  if (std::none_of(folders.begin(), folders.end(), wants)) return false;
  return (mask & IN_CREATE) == 0 || !is_unfinished(folders.front() + "/" + name);
}

/// What appears in a folder before it is watched would go unnoticed, so a new one is looked at
/// again.
void FileWatch::say(bool asked) {
  watch_folders();
  options_.changed(asked);
  if (watch_folders()) options_.changed(false);
}

/// Whether there are folders that were not watched before.
bool FileWatch::watch_folders() {
  if (!inotify_) return false;
  std::map<std::string, std::set<std::string>> wanted;
  for (const auto& file : options_.files()) want(wanted, file);
  wanted_.swap(wanted);  // whole or not at all: folders_ is read with it
  const auto before = std::exchange(folders_, {});
  bool added = false;
  for (const auto& [folder, names] : wanted_) {
    const int watch = watch_folder(folder);
    if (watch < 0) continue;
    folders_[watch].push_back(folder);
    added = added || !before.contains(watch);
  }
  for (const auto& [watch, folders] : before) {
    if (!folders_.contains(watch)) ::inotify_rm_watch(inotify_.get(), watch);
  }
  return added;
}

int FileWatch::watch_folder(const std::string& folder) {
  const int watch = ::inotify_add_watch(inotify_.get(), folder.c_str(), kEvents | IN_ONLYDIR);
  const int error = watch < 0 ? errno : 0;
  if (watch >= 0) {
    refused_.erase(folder);
  } else if (error != ENOENT && refused_.insert(folder).second) {
    options_.log->warn(
        "changes in {} are not noticed, send SIGHUP instead: {} (fs.inotify.max_user_watches and "
        "max_user_instances are limits)",
        folder, error_text(error));
  }
  return watch;
}

}  // namespace adomcp::app
