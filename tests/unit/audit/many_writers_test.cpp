// The whole audit with many threads at once, over real files and pipes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "audit/audit_log.h"
#include "audit/file_descriptor_sink.h"
#include "audit/file_set.h"
#include "audit/file_sink.h"
#include "audit/verify.h"
#include "batches.h"
#include "core/deadline.h"
#include "core/descriptor.h"
#include "support/file_size_limit.h"
#include "support/gate.h"
#include "temporary_folder.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;

constexpr std::size_t kThreads = 16;

/// A pipe that holds little, and what a reader got out of it by its end, who begins at `start`.
class ReadPipe {
 public:
  explicit ReadPipe(testing_support::Gate* start = nullptr) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
    read_ = ends[0];
    write_ = Descriptor(ends[1]);
    reader_ = std::thread([this, start] {
      EXPECT_TRUE(start == nullptr || start->wait());
      std::array<char, 777> piece{};
      for (ssize_t count = 0; (count = ::read(read_, piece.data(), piece.size())) > 0;) {
        text_.append(piece.data(), static_cast<std::size_t>(count));
      }
    });
  }
  ~ReadPipe() {
    if (reader_.joinable()) text();
    ::close(read_);
  }
  int end() const { return write_.get(); }
  const std::string& text() {
    write_ = Descriptor();
    reader_.join();
    return text_;
  }

 private:
  int read_ = -1;
  Descriptor write_;
  std::string text_;
  std::thread reader_;
};

/// What was told of one call.
struct Told {
  bool begun = false;
  bool ended = false;
};

class ManyWritersTest : public TemporaryFolder {
 protected:
  ManyWritersTest() { settings_.path = path_; }

  std::unique_ptr<Sink> file(std::uint64_t publish_every = 0) {
    auto sink = FileSink::open(settings_, publish_every, clock_);
    EXPECT_TRUE(sink) << sink.error().text();
    return std::move(sink).value();
  }

  /// Each thread begins and finishes so many calls; gives what the audit said of each.
  static std::map<std::string, Told> call(AuditLog& log, int each,
                                          const std::function<void(const CallRecord&)>& on_begun) {
    std::mutex mutex;
    std::map<std::string, Told> all;
    const auto run = [&](std::size_t thread) {
      for (int i = 0; i < each; ++i) {
        CallRecord record;
        record.call_id = std::to_string(thread) + "." + std::to_string(i);
        record.operation.name = std::string(thread * 20, 'n');  // lines of many lengths
        const bool begun = static_cast<bool>(log.begin(record));
        if (begun && on_begun) on_begun(record);
        log.finish(record, begun);
        const std::lock_guard lock(mutex);
        all[record.call_id].begun = begun;
      }
    };
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) threads.emplace_back(run, thread);
    threads.clear();
    return all;
  }

  /// The calls in lines that are all whole, each started before it is finished.
  static std::map<std::string, Told> calls_in(const std::string& text) {
    std::map<std::string, Told> seen;
    EXPECT_TRUE(text.ends_with('\n'));
    for (const auto& line : lines(text)) {
      const auto record = json::parse(line, nullptr, false);
      EXPECT_TRUE(record.is_object()) << line;
      if (!record.is_object() || !record.contains("call_id")) continue;
      auto& told = seen[record["call_id"].get<std::string>()];
      const bool starts = record["event"] == "started";
      EXPECT_FALSE(starts ? told.begun || told.ended : told.ended) << line;
      (starts ? told.begun : told.ended) = true;
    }
    return seen;
  }

  std::string whole_file() const {
    std::string text;
    for (const auto& one : all_files(path_)) text += read(one.path);
    return text;
  }

  void expect_good_chain() const {
    const auto verdict = verify({path_}, std::nullopt, Link{1, {}});
    ASSERT_TRUE(verdict) << verdict.error().text();
    EXPECT_EQ(verdict->problem.value_or("good"), "good");
  }

  SystemClock clock_;
  AuditFileSettings settings_;
};

TEST_F(ManyWritersTest, EverySinkHasEveryLineWholeAndInOrder) {
  for (const auto fsync : {Fsync::kNever, Fsync::kInterval, Fsync::kAlways}) {
    settings_.fsync = fsync;
    settings_.rotate_bytes = 20'000;
    const int each = fsync == Fsync::kAlways ? 10 : 40;
    ReadPipe pipe;
    {
      std::vector<std::unique_ptr<Sink>> sinks;
      sinks.push_back(std::make_unique<FileDescriptorSink>(
          "stdout", pipe.end(), FileDescriptorSink::Bounds{std::chrono::seconds(60)}));
      sinks.push_back(file(100));
      AuditLog log(std::move(sinks), "file", clock_);
      for (const auto& [id, told] : call(log, each, {})) EXPECT_TRUE(told.begun) << id;
      EXPECT_EQ(log.failures("stdout") + log.failures("file"), 0u);
    }
    expect_good_chain();
    for (const auto& text : {pipe.text(), whole_file()}) {
      const auto seen = calls_in(text);
      EXPECT_EQ(seen.size(), kThreads * static_cast<std::size_t>(each));
      for (const auto& [id, told] : seen) EXPECT_TRUE(told.begun && told.ended) << id;
    }
    for (const auto& one : all_files(path_)) std::filesystem::remove(one.path);
  }
}

TEST_F(ManyWritersTest, ACallGoesOnOnlyOnceItsLineIsInTheFile) {
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(file());
  AuditLog log(std::move(sinks), "file", clock_);
  call(log, 10, [this](const CallRecord& record) {
    const auto seen = read(path_);
    EXPECT_NE(seen.find(R"("event":"started","call_id":")" + record.call_id + '"'), seen.npos);
  });
}

TEST_F(ManyWritersTest, OnADiskThatFillsUpEachIsToldWhatBecameOfIt) {
  settings_.fsync = Fsync::kNever;
  for (const std::uint64_t room : {2'000U, 5'555U, 12'345U, 20'000U}) {
    ReadPipe pipe;
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(file());
    sinks.push_back(std::make_unique<FileDescriptorSink>("stdout", pipe.end()));
    std::map<std::string, Told> told;
    {
      AuditLog log(std::move(sinks), "file", clock_);
      {
        const testing_support::FileSizeLimit full(room);
        told = call(log, 20, {});
      }
      EXPECT_GT(log.failures("file"), 0u);
      EXPECT_EQ(log.failures("stdout"), 0u) << "one sink's failure is none of another's";
      CallRecord after;
      after.call_id = "after";
      EXPECT_TRUE(log.begin(after));
      log.finish(after);
    }
    expect_good_chain();
    auto seen = calls_in(read(path_));
    EXPECT_TRUE(seen["after"].begun && seen["after"].ended);
    bool refused = false;
    for (const auto& [id, one] : told) {
      EXPECT_EQ(one.begun, seen[id].begun) << id << " with room for " << room;
      refused = refused || !one.begun;
    }
    EXPECT_TRUE(refused);
    EXPECT_EQ(calls_in(pipe.text()).size(), kThreads * 20 + 1);
    std::filesystem::remove(path_);
  }
}

TEST_F(ManyWritersTest, AReaderWhoStandsStillLosesNoOutcome) {
  testing_support::Gate start;
  ReadPipe pipe(&start);
  std::map<std::string, Told> told;
  {
    std::vector<std::unique_ptr<Sink>> sinks;
    sinks.push_back(std::make_unique<FileDescriptorSink>(
        "stdout", pipe.end(), FileDescriptorSink::Bounds{std::chrono::milliseconds(50)}));
    AuditLog log(std::move(sinks), "stdout", clock_);
    told = call(log, 20, {});
    EXPECT_GT(log.failures("stdout"), 0u);
    EXPECT_NE(log.problem(), "");
    start.open();
    const auto deadline = Deadline::after(std::chrono::seconds(30));
    while (!log.problem().empty() && !deadline.passed()) std::this_thread::yield();
    EXPECT_EQ(log.problem(), "");
    EXPECT_EQ(log.dropped("stdout"), 0u);
  }
  auto seen = calls_in(pipe.text());
  std::size_t made = 0;
  for (const auto& [id, one] : told) {
    EXPECT_EQ(one.begun, seen[id].begun) << id;
    EXPECT_TRUE(seen[id].ended || !one.begun) << id;
    made += one.begun ? 1 : 0;
  }
  EXPECT_GT(made, 0u);
  EXPECT_LT(made, told.size());
}

TEST_F(ManyWritersTest, SeveralProcessesShareAPipeLineByLine) {
  ReadPipe pipe;
  {
    // Each has a descriptor and a lock of its own, as if it were another process.
    std::vector<std::jthread> processes;
    for (int process = 0; process < 3; ++process) {
      processes.emplace_back([&, process] {
        FileDescriptorSink sink("stdout", pipe.end(), {std::chrono::seconds(60)});
        for (int i = 0; i < 30; ++i) {
          std::vector<std::string> texts;
          for (int line = 0; line < 20; ++line) {
            texts.push_back("{\"n\":\"" +
                            std::string(static_cast<std::size_t>(300 + line * 37),
                                        static_cast<char>('a' + process)) +
                            "\"}");
          }
          for (const auto& entry : write_batch(sink, texts)) EXPECT_TRUE(entry.status);
        }
      });
    }
  }
  std::size_t count = 0;
  for (const auto& line : lines(pipe.text())) {
    ++count;
    ASSERT_TRUE(line.starts_with("{\"n\":\"") && line.ends_with("\"}")) << line;
    EXPECT_EQ(line.find_first_not_of(line[6], 6), line.size() - 2) << line;
  }
  EXPECT_EQ(count, 3u * 30u * 20u);
}

/// A log whose reader stands still.
class UnreadLog final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  testing_support::Gate reached;
  testing_support::Gate read;

 private:
  void sink_it_(const spdlog::details::log_msg&) override {
    reached.open();
    EXPECT_TRUE(read.wait());
  }
  void flush_() override {}
};

TEST_F(ManyWritersTest, WhoLogsAFailureHoldsUpNobodyElse) {
  const auto unread = std::make_shared<UnreadLog>();
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(std::make_unique<FileDescriptorSink>("stdout", full.get()));
  sinks.push_back(file());
  AuditLog log(std::move(sinks), "file", clock_, std::make_shared<spdlog::logger>("test", unread));
  std::jthread first([&] { EXPECT_TRUE(log.begin({})); });
  EXPECT_TRUE(unread->reached.wait());
  EXPECT_TRUE(log.begin({})) << "while the first still logs";
  unread->read.open();
  first.join();
  EXPECT_EQ(log.failures("stdout"), 3u) << "two lines, and the head of the file";
}

}  // namespace
}  // namespace adomcp::audit
