#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/descriptor.h"

namespace spdlog {
class logger;
}

namespace adomcp::app {

/// Notices, on one thread, that one of some files was written, replaced, made or removed, and says
/// so once it is quiet. The folders are watched, since a rename puts another file in the place.
class FileWatch {
 public:
  struct Options {
    /// Absolute paths; one that ends in "/" means the *.yaml in that folder. Asked for again after
    /// each change.
    std::function<std::vector<std::string>()> files;
    /// Called on the watch's thread; `asked`: because of wake(), not of a file.
    std::function<void(bool asked)> changed;
    std::shared_ptr<spdlog::logger> log;
    std::chrono::milliseconds quiet{150};  ///< how long nothing more may happen
    std::chrono::milliseconds most{700};   ///< after the first change it is said all the same
  };

  /// Watches when it returns. What can't be watched is a warning: wake() serves on.
  explicit FileWatch(Options options);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Has `changed` called soon. Any thread.
  void wake();

 private:
  using Names = std::set<std::string>;  // in one folder; "*": every *.yaml
  using Clock = std::chrono::steady_clock;

  void run();
  bool sleep(int timeout_ms);
  bool read_events();
  bool concerns(int watch, unsigned mask, const std::string& name) const;
  bool watch_folders();
  int watch_folder(const std::string& folder);
  void say(bool asked);
  void signal(std::uint64_t what) const;

  const Options options_;
  const Descriptor inotify_;
  const Descriptor wakeup_;  // an eventfd: kWake or kEnd was added to it
  std::map<std::string, Names> wanted_;
  std::map<int, std::vector<std::string>> folders_;  // by watch descriptor; links make them many
  std::set<std::string> refused_;                    // folders that were warned of
  bool asked_ = false;
  std::thread thread_;
};

}  // namespace adomcp::app
