#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "audit/chained_file.h"
#include "audit/sink.h"

namespace adomcp::audit {

/// Appends to a chained file, all lines of a batch by one write. Named "file".
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
  void write_all(Batch batch) override;
  std::vector<std::string> take_left_open() override { return file_->take_left_open(); }
  bool has_head() const override { return true; }
  std::optional<Head> head_due() override;
  std::optional<Head> close() override;

 private:
  FileSink(std::unique_ptr<ChainedFile> file, const AuditFileSettings& settings,
           std::uint64_t publish_every, std::shared_ptr<spdlog::logger> log);
  void note_head();
  void keep_syncing(const std::stop_token& stop);
  Head head() const;

  const std::uint64_t publish_every_;
  std::shared_ptr<spdlog::logger> log_;

  std::mutex mutex_;                         // guards all below
  std::condition_variable_any timer_;        // of syncing_ alone
  const std::unique_ptr<ChainedFile> file_;  // but for sync()
  bool closed_ = false;
  bool unsynced_ = false;
  std::uint64_t published_ = 0;  // seq of the newest head that was given
  std::optional<Head> due_;
  std::jthread syncing_;
};

}  // namespace adomcp::audit
