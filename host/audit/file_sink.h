#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audit/chained_file.h"
#include "audit/sink.h"

namespace adomcp::audit {

/// Appends to a chained file. Threads that come while one writes wait for the next write, which
/// carries all their lines at once. Named "file".
class FileSink final : public Sink {
 public:
  /// The error names the path and the reason. `publish_every`: lines between two heads; 0: only
  /// the last. `clock` must outlive it; `log` may be null.
  static Result<std::unique_ptr<FileSink>> open(const AuditFileSettings& settings,
                                                std::uint64_t publish_every, const Clock& clock,
                                                std::shared_ptr<spdlog::logger> log = nullptr);
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink() override;

  std::string_view name() const override { return "file"; }
  Status write(std::string_view line) override;
  std::vector<std::string> take_left_open() override { return file_->take_left_open(); }
  bool has_head() const override { return true; }
  std::optional<Head> head_due() override;
  std::optional<Head> close() override;

 private:
  /// Lines that one write carries, and what became of it.
  struct Batch {
    std::string lines;
    std::optional<Status> outcome;
  };

  FileSink(std::unique_ptr<ChainedFile> file, const AuditFileSettings& settings,
           std::uint64_t publish_every, std::shared_ptr<spdlog::logger> log);
  void commit(std::unique_lock<std::mutex>& lock);
  void note_head();
  void keep_syncing(const std::stop_token& stop);
  Head head() const;

  const std::unique_ptr<ChainedFile> file_;  // belongs to the thread that set committing_
  const std::uint64_t publish_every_;
  std::shared_ptr<spdlog::logger> log_;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::condition_variable_any timer_;  // of syncing_ alone
  std::shared_ptr<Batch> next_ = std::make_shared<Batch>();
  bool committing_ = false;
  bool closed_ = false;
  bool unsynced_ = false;
  std::uint64_t published_ = 0;  // seq of the newest head that was given
  std::optional<Head> due_;
  std::jthread syncing_;
};

}  // namespace adomcp::audit
