#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "audit/audit_log.h"

namespace adomcp::audit {

/// Writes each line, with its newline, by one write(2), so that lines of several processes don't
/// mix; what a short write left over follows before any other line of ours.
class FileDescriptorSink : public Sink {
 public:
  FileDescriptorSink(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}

  std::string_view name() const override { return name_; }
  Status write(std::string_view line) override;

 protected:
  int fd() const { return fd_; }

 private:
  std::string name_;
  int fd_;
  std::mutex mutex_;  // guards the order of bytes on fd_, and torn_
  bool torn_ = false;
};

/// Standard output, which is the audit's alone. Named "stdout".
class StdoutSink final : public FileDescriptorSink {
 public:
  StdoutSink() : FileDescriptorSink("stdout", 1) {}
};

/// Appends to a file that only its owner may read. Named "file".
class FileSink final : public FileDescriptorSink {
 public:
  /// The error names the path and the reason.
  static Result<std::unique_ptr<Sink>> open(const std::string& path);

  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink() override;

 private:
  explicit FileSink(int fd) : FileDescriptorSink("file", fd) {}
};

}  // namespace adomcp::audit
