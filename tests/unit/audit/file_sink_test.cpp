#include "audit/file_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "audit/file_set.h"
#include "audit/line.h"
#include "audit/make_sinks.h"
#include "audit/verify.h"
#include "batches.h"
#include "core/deadline.h"
#include "support/file_size_limit.h"
#include "temporary_folder.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class FileSinkTest : public TemporaryFolder {
 protected:
  FileSinkTest() { settings_.path = path_; }

  std::unique_ptr<FileSink> open(std::uint64_t publish_every = 0) {
    auto sink = FileSink::open(settings_, publish_every, clock_);
    EXPECT_TRUE(sink) << sink.error().text();
    return sink ? std::move(sink).value() : nullptr;
  }

  std::string record(const char* event, const std::string& call_id) const {
    Line line(clock_.now(), event);
    line.text("call_id", call_id);
    return std::move(line).finish();
  }

  std::vector<std::string> events() const {
    std::vector<std::string> out;
    for (const auto& file : all_files(path_)) {
      for (const auto& line : lines(read(file.path))) {
        out.push_back(json::parse(line)["event"].get<std::string>());
      }
    }
    return out;
  }

  void expect_good(const std::optional<Link>& head = std::nullopt) const {
    const auto verdict = verify({path_}, head);
    ASSERT_TRUE(verdict) << verdict.error().text();
    EXPECT_EQ(verdict->problem.value_or("good"), "good");
  }

  /// What a process leaves that dies: its bytes, and no end.
  void crash_with(const std::string& tail, const std::vector<std::string>& written) {
    std::string before_end;
    {
      const auto sink = open();
      for (const auto& line : written) EXPECT_TRUE(sink->write(line));
      before_end = read(path_);
    }
    TemporaryFolder::write(path_, before_end + tail);
  }

  SystemClock clock_;
  AuditFileSettings settings_;
};

TEST_F(FileSinkTest, LinesAreChainedForTheirOwnerOnly) {
  EXPECT_TRUE(open()->write(R"({"time":"t","event":"e"})"));
  const auto written = lines(read(path_));
  ASSERT_EQ(written.size(), 4u);
  for (std::size_t i = 0; i < written.size(); ++i) EXPECT_EQ(json::parse(written[i])["seq"], i + 1);
  EXPECT_EQ(events(),
            (std::vector<std::string>{"audit_file", "audit_opened", "e", "audit_closed"}));
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  expect_good();
}

TEST_F(FileSinkTest, TwoFilesNeverBeginAlike) {
  open();
  const auto first = lines(read(path_))[0];
  std::filesystem::remove(path_);
  open();
  EXPECT_NE(json::parse(first)["after"], json::parse(lines(read(path_))[0])["after"]);
}

TEST_F(FileSinkTest, TheChainGoesOnAfterARestart) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(open()->write(record("started", "a")));
  EXPECT_EQ(json::parse(lines(read(path_)).back())["seq"], 10);
  expect_good();
}

TEST_F(FileSinkTest, ASecondWriterIsRefused) {
  const auto first = open();
  const auto second = FileSink::open(settings_, 0, clock_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text(), HasSubstr(path_ + " is another adomcp's"));
  EXPECT_TRUE(first->write(record("started", "a")));
}

TEST_F(FileSinkTest, ItRotatesAndNeverUsesANumberTwice) {
  settings_.rotate_bytes = 2000;
  settings_.keep = 2;
  for (int run = 0; run < 2; ++run) {
    const auto sink = open();
    for (int i = 0; i < 60; ++i) EXPECT_TRUE(sink->write(record("started", "abc")));
  }
  const auto rotated = rotated_files(path_);
  ASSERT_EQ(rotated.size(), 2u);
  EXPECT_GT(rotated[0].number, 5u);
  EXPECT_EQ(rotated[1].number, rotated[0].number + 1);
  EXPECT_EQ(json::parse(lines(read(path_))[0])["number"], rotated[1].number + 1);
  for (const auto& file : all_files(path_)) EXPECT_LE(std::filesystem::file_size(file.path), 2000u);
  expect_good();
}

TEST_F(FileSinkTest, AllRotatedFilesStayWithoutKeep) {
  settings_.rotate_bytes = 1500;
  const auto sink = open();
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(sink->write(record("started", "abc")));
  const auto rotated = rotated_files(path_);
  ASSERT_GT(rotated.size(), 3u);
  EXPECT_EQ(rotated.front().number, 1u);
  EXPECT_EQ(rotated.back().number, rotated.size());
  const auto head = sink->close();
  ASSERT_TRUE(head);
  expect_good(Link{head->seq, head->hash});
}

TEST_F(FileSinkTest, AFileInTheWayOfARotationIsNotOverwritten) {
  settings_.rotate_bytes = 1500;
  TemporaryFolder::write(path_ + ".1x", "not ours");
  const auto sink = open();
  TemporaryFolder::write(path_ + ".1", "precious");
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(sink->write(record("started", "abc")));
  EXPECT_EQ(read(path_ + ".1"), "precious");
  EXPECT_EQ(json::parse(lines(read(path_)).back())["seq"], 52);
}

TEST_F(FileSinkTest, AFileThatWasRotatedAwayAndNotReplacedIsGoneOnFrom) {
  EXPECT_TRUE(open()->write(record("started", "a")));
  std::filesystem::rename(path_, path_ + ".1");
  open();
  EXPECT_EQ(json::parse(lines(read(path_))[0])["number"], 2);
  expect_good();
}

TEST_F(FileSinkTest, ACrashWithinARotationIsACrash) {
  crash_with("", {record("started", "a")});
  std::filesystem::rename(path_, path_ + ".1");
  const auto sink = open();
  EXPECT_EQ(sink->take_left_open().size(), 1u);
  EXPECT_THAT(lines(read(path_))[1], HasSubstr(R"("clean":false)"));
  sink->close();
  expect_good();
}

/// Writes as fast as it can until it is killed. Never returns.
[[noreturn]] void write_until_killed(const AuditFileSettings& settings, const std::string& line) {
  const SystemClock clock;
  const auto sink = FileSink::open(settings, 0, clock);
  while (sink && (*sink)->write(line)) continue;
  ::_exit(1);
}

TEST_F(FileSinkTest, AWriterKilledAtAnyMomentLeavesAChainThatGoesOn) {
  settings_.rotate_bytes = 2000;
  settings_.fsync = Fsync::kNever;  // no thread in a forked child
  std::uint64_t files = 0;
  for (int round = 0; round < 12; ++round) {
    const auto child = ::fork();
    if (child == 0) write_until_killed(settings_, record("started", "abc"));
    const auto enough = files + static_cast<std::uint64_t>(3 + round);
    const auto deadline = Deadline::after(std::chrono::seconds(30));
    while (files < enough && !deadline.passed()) {
      const auto rotated = rotated_files(path_);
      files = rotated.empty() ? 0 : rotated.back().number;
    }
    EXPECT_GE(files, enough);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_FALSE(open()->take_left_open().empty());
    expect_good();
  }
}

TEST_F(FileSinkTest, AFileRemovedWhileWrittenIsReplacedAndMissed) {
  const auto sink = open();
  EXPECT_TRUE(sink->write(record("started", "a")));
  std::filesystem::rename(path_, path_ + ".1");
  std::filesystem::copy_file(path_ + ".1", path_ + ".2");
  std::filesystem::remove(path_ + ".1");
  EXPECT_TRUE(sink->write(record("started", "b")));
  EXPECT_THAT(read(path_), HasSubstr(R"("call_id":"b")"));
}

TEST_F(FileSinkTest, TextWithoutAChainIsRefused) {
  for (const char* text : {"x", "{\"event\":\"started\"}\n", "\n\n"}) {
    TemporaryFolder::write(path_, text);
    const auto sink = FileSink::open(settings_, 0, clock_);
    ASSERT_FALSE(sink) << text;
    EXPECT_THAT(sink.error().text(), HasSubstr("Move it away"));
    AuditSettings audit;
    audit.file = settings_;
    EXPECT_FALSE(check_sinks(audit)) << text;
  }
}

TEST_F(FileSinkTest, OpeningTellsThePathAndReason) {
  settings_.path = folder_ + "/missing/audit.log";
  const auto sink = FileSink::open(settings_, 0, clock_);
  ASSERT_FALSE(sink);
  EXPECT_THAT(sink.error().text(), HasSubstr("/missing/audit.log"));
  EXPECT_THAT(sink.error().text(), HasSubstr("No such file"));
}

TEST_F(FileSinkTest, CheckingTakesNoFileAway) {
  AuditSettings audit;
  audit.file = settings_;
  EXPECT_TRUE(check_sinks(audit));
  EXPECT_FALSE(std::filesystem::exists(path_));
  const auto sink = open();
  EXPECT_TRUE(check_sinks(audit));
  EXPECT_TRUE(sink->write(record("started", "a")));
}

TEST_F(FileSinkTest, ThreadsDoNotMixLines) {
  for (const auto fsync : {Fsync::kNever, Fsync::kInterval, Fsync::kAlways}) {
    settings_.fsync = fsync;
    const auto sink = open();
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 30; ++i) {
          EXPECT_TRUE(sink->write(record("started", std::to_string(t) + "." + std::to_string(i))));
        }
      });
    }
    threads.clear();
    std::set<std::string> ids;
    for (const auto& line : lines(read(path_))) ids.insert(json::parse(line).value("call_id", ""));
    EXPECT_EQ(ids.size(), 241u);
    sink->close();
    expect_good();
  }
}

TEST_F(FileSinkTest, HeadsComeEverySoManyLines) {
  const auto sink = open(10);
  const auto first = sink->head_due();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->seq, 2u);
  std::vector<Head> heads;
  for (int i = 0; i < 35; ++i) {
    EXPECT_TRUE(sink->write(record("started", "a")));
    if (const auto head = sink->head_due()) heads.push_back(*head);
  }
  ASSERT_EQ(heads.size(), 3u);
  EXPECT_EQ(heads[0].seq, 12u);
  EXPECT_EQ(heads[0].file, path_);
  const auto last = sink->close();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->seq, 38u);
  EXPECT_FALSE(sink->close());
  EXPECT_FALSE(sink->write(record("started", "late")));
  for (const auto& head : heads) expect_good(Link{head.seq, head.hash});
  expect_good(Link{last->seq, last->hash});
}

TEST_F(FileSinkTest, WhatACrashToreIsMarkedAndTheChainGoesOn) {
  const std::vector<std::string> tails = {
      "",
      R"({"time":"2026)",
      std::string(3000, '\0'),
      "half a line\nand garbage\n",
      "half a line\nand garbage",
      R"({"time":"x","event":"finished","call_id":"a","seq":5,"chain":"00"})",
      std::string(300000, 'x'),
  };
  for (const auto& tail : tails) {
    crash_with(tail, {record("started", "a"), record("finished", "a")});
    const auto sink = open();
    EXPECT_TRUE(sink->take_left_open().empty());
    EXPECT_TRUE(sink->write(record("started", "b")));
    sink->close();
    expect_good();
    std::filesystem::remove(path_);
  }
}

TEST_F(FileSinkTest, AWholeLineWithoutItsNewlineIsKept) {
  crash_with("", {record("started", "a")});
  auto text = read(path_);
  text.pop_back();
  TemporaryFolder::write(path_, text);
  EXPECT_EQ(open()->take_left_open().size(), 1u);
  expect_good();
}

TEST_F(FileSinkTest, WhatACrashLeftOpenIsFound) {
  crash_with("{\"torn", {record("started", "a"), record("started", "b"), record("finished", "a"),
                         record("started", "c")});
  const auto sink = open();
  const auto left = sink->take_left_open();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(call_id_of(left[0]), "b");
  EXPECT_EQ(call_id_of(left[1]), "c");
  EXPECT_TRUE(sink->take_left_open().empty());
}

TEST_F(FileSinkTest, ACleanEndLeavesNothingOpen) {
  EXPECT_TRUE(open()->write(record("started", "a")));
  EXPECT_TRUE(open()->take_left_open().empty());
}

TEST_F(FileSinkTest, WhatIsOpenIsFoundAcrossOneRotation) {
  settings_.rotate_bytes = 3000;
  std::vector<std::string> written = {record("started", "slow")};
  for (int i = 0; i < 12; ++i) {
    written.push_back(record("started", std::to_string(i)));
    written.push_back(record("finished", std::to_string(i)));
  }
  crash_with("", written);
  ASSERT_EQ(rotated_files(path_).size(), 1u);
  const auto left = open()->take_left_open();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(call_id_of(left[0]), "slow");
}

TEST_F(FileSinkTest, WhatAFullDiskLeftIsCutOffAgain) {
  const auto sink = open();
  EXPECT_TRUE(sink->write(record("started", "a")));
  const auto before = std::filesystem::file_size(path_);
  const auto refused = [&] {
    const testing_support::FileSizeLimit full(before + 50);
    return sink->write(record("started", "b"));
  }();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("File too large"));
  EXPECT_EQ(std::filesystem::file_size(path_), before);
  EXPECT_TRUE(sink->write(record("started", "c")));
  sink->close();
  expect_good();
  EXPECT_EQ(read(path_).find(R"("call_id":"b")"), std::string::npos);
}

TEST_F(FileSinkTest, OfABatchWhatHasRoomIsThereAndTheRestIsRefused) {
  std::vector<std::string> batch;
  for (const std::size_t length : {1U, 50U, 7U, 300U, 2U}) {
    batch.push_back(record("started", std::string(length, 'x')));
  }
  std::size_t all = 0;
  for (const auto& line : batch) all += line.size() + kMostAdded;
  for (const auto fsync : {Fsync::kNever, Fsync::kAlways}) {
    settings_.fsync = fsync;
    std::set<std::size_t> seen;
    for (std::size_t room = 0; room <= all; room += fsync == Fsync::kNever ? 13 : 97) {
      const auto sink = open();
      const auto before = std::filesystem::file_size(path_);
      const auto entries = [&] {
        const testing_support::FileSizeLimit full(before + room);
        return write_batch(*sink, batch);
      }();
      const auto written = lines(read(path_).substr(before));
      seen.insert(written.size());
      for (std::size_t i = 0; i < entries.size(); ++i) {
        ASSERT_EQ(static_cast<bool>(entries[i].status), i < written.size()) << room << " " << i;
        if (i >= written.size()) {
          EXPECT_THAT(entries[i].status.error().text(), HasSubstr("File too large"));
          continue;
        }
        EXPECT_TRUE(written[i].starts_with(batch[i].substr(0, batch[i].size() - 1))) << written[i];
      }
      EXPECT_TRUE(sink->write(record("finished", "next")));
      const auto head = sink->close();
      ASSERT_TRUE(head);
      expect_good(Link{head->seq, head->hash});
      std::filesystem::remove(path_);
    }
    EXPECT_EQ(seen.size(), batch.size() + 1) << "from none of them to all of them";
  }
}

TEST_F(FileSinkTest, ABatchIsOneStepOfARotation) {
  settings_.rotate_bytes = 2000;
  const auto sink = open();
  for (int i = 0; i < 12; ++i) {
    const std::vector<std::string> batch(4, record("started", "abc"));
    for (const auto& entry : write_batch(*sink, batch)) EXPECT_TRUE(entry.status);
  }
  sink->close();
  EXPECT_GT(rotated_files(path_).size(), 2u);
  for (const auto& file : all_files(path_)) EXPECT_LE(std::filesystem::file_size(file.path), 2000u);
  expect_good();
}

TEST_F(FileSinkTest, AFileRemovedBetweenBatchesIsReplacedByTheNext) {
  const auto sink = open();
  for (int i = 0; i < 5; ++i) {
    const std::vector<std::string> batch(3, record("started", std::to_string(i)));
    std::filesystem::remove(path_);
    for (const auto& entry : write_batch(*sink, batch)) EXPECT_TRUE(entry.status);
    const auto written = lines(read(path_));
    ASSERT_EQ(written.size(), 4u) << "a header, and the batch";
    EXPECT_EQ(call_id_of(written[3]), std::to_string(i));
  }
}

TEST_F(FileSinkTest, AfterTheEndNothingOfABatchIsTaken) {
  const auto sink = open();
  sink->close();
  const std::vector<std::string> batch(3, record("started", "late"));
  for (const auto& entry : write_batch(*sink, batch)) EXPECT_FALSE(entry.status);
  EXPECT_EQ(read(path_).find("late"), std::string::npos);
}

TEST_F(FileSinkTest, AFileThatCannotBeMadeSaysWhy) {
  for (const std::uint64_t room : {0U, 1U, 40U}) {
    const testing_support::FileSizeLimit full(room);
    errno = ENOTEMPTY;  // of something before
    const auto refused = FileSink::open(settings_, 0, clock_);
    ASSERT_FALSE(refused) << room;
    EXPECT_THAT(refused.error().text(), HasSubstr("can't be made: File too large")) << room;
  }
  EXPECT_TRUE(open());
}

}  // namespace
}  // namespace adomcp::audit
