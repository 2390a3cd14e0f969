#include "transport/line_reader.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "pipes.h"

namespace adomcp::transport {
namespace {

using Got = LineReader::Got;

class LineReaderTest : public testing::Test {
 protected:
  /// All that comes of a whole input; what was too long shows as "…".
  std::vector<std::string> lines_of(const std::string& input, std::size_t limit = 8) {
    std::thread writing([&] {
      pipe_.write(input);
      pipe_.close_write();
    });
    LineReader reader(pipe_.read_end(), stop_, limit);
    std::vector<std::string> out;
    std::string line;
    for (auto got = reader.next(line); got != Got::kEnd; got = reader.next(line)) {
      out.push_back(got == Got::kLine ? line : "…");
    }
    writing.join();
    return out;
  }

  using Lines = std::vector<std::string>;
  Pipe pipe_;
  Wake stop_;
};

TEST_F(LineReaderTest, GivesLineAfterLine) {
  EXPECT_EQ(lines_of("one\n\ntwo\r\n three\n"), (Lines{"one", "", "two\r", " three"}));
}

TEST_F(LineReaderTest, WhatFollowsTheLastLineEndIsALine) {
  EXPECT_EQ(lines_of("one\ntwo"), (Lines{"one", "two"}));
}

TEST_F(LineReaderTest, AnEmptyInputHasNoLines) {
  EXPECT_EQ(lines_of(""), Lines{});
}

TEST_F(LineReaderTest, SkipsWhatIsTooLongAndGoesOnBehindIt) {
  EXPECT_EQ(lines_of("12345678\n123456789\nshort\n"), (Lines{"12345678", "…", "short"}));
}

TEST_F(LineReaderTest, SkipsALineOfManyReads) {
  EXPECT_EQ(lines_of(std::string(1000000, 'x') + "\nshort\n"), (Lines{"…", "short"}));
}

TEST_F(LineReaderTest, ALastLineThatIsTooLongIsToldOf) {
  EXPECT_EQ(lines_of("a\n" + std::string(200000, 'x')), (Lines{"a", "…"}));
}

TEST_F(LineReaderTest, TakesALineThatIsAsLongAsManyReads) {
  const std::string line(300000, 'x');
  EXPECT_EQ(lines_of(line + "\nshort\n", line.size()), (Lines{line, "short"}));
}

TEST_F(LineReaderTest, EndsWhenItIsTold) {
  LineReader reader(pipe_.read_end(), stop_, 8);
  std::thread stopping([this] { stop_.set(); });
  std::string line;
  EXPECT_EQ(reader.next(line), Got::kEnd);
  stopping.join();
}

}  // namespace
}  // namespace adomcp::transport
