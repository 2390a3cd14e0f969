#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "audit/sink.h"

namespace adomcp::audit {

/// Writes each line, with its newline, by one write(2), so that lines of several processes don't
/// mix; what a short write left over follows before any other line of ours.
class FileDescriptorSink : public Sink {
 public:
  FileDescriptorSink(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}

  std::string_view name() const override { return name_; }
  Status write(std::string_view line) override;

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

}  // namespace adomcp::audit
