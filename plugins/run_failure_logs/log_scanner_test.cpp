#include "run_failure_logs/log_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace adomcp::failure_logs {
namespace {

LogScanner scan(const std::string& log, std::size_t piece = 7) {
  LogScanner scanner;
  for (std::size_t at = 0; at < log.size(); at += piece) {
    scanner.feed(std::string_view(log).substr(at, piece));
  }
  scanner.finish();
  return scanner;
}

std::string text_at(const Evidence& evidence, std::int64_t line) {
  for (const EvidenceLine& one : evidence.lines) {
    if (one.line == line) return one.text;
  }
  return "";
}

std::string filler(int lines) {
  std::string out;
  for (int i = 0; i < lines; ++i) {
    out += "2026-11-23T12:00:00.1234567Z [" + std::to_string(i) + "/9999] Building CXX object " +
           std::to_string(i) + ".o\n";
  }
  return out;
}

struct LineCase {
  const char* line;
  int at_least, at_most;
};

class Classify : public testing::TestWithParam<LineCase> {};

TEST_P(Classify, Scores) {
  const LineKind kind = classify(GetParam().line);
  EXPECT_GE(kind.score, GetParam().at_least) << GetParam().line;
  EXPECT_LE(kind.score, GetParam().at_most) << GetParam().line;
}

INSTANTIATE_TEST_SUITE_P(
    SaysWhatIsWrong, Classify,
    testing::Values(
        LineCase{"src/main.c:12:5: error: 'x' undeclared", kSpecific, 100},
        LineCase{"a.h:3:10: fatal error: foo.h: No such file or directory", kSpecific, 100},
        LineCase{"error[E0382]: borrow of moved value: `x`", kSpecific, 100},
        LineCase{"main.o: undefined reference to `foo()'", kSpecific, 100},
        LineCase{"CMake Error at CMakeLists.txt:3 (find_package):", kSpecific, 100},
        LineCase{"E       assert 3 == 4", kSpecific, 100},
        LineCase{"FAILED tests/test_a.py::test_b - assert 3 == 4", kSpecific, 100},
        LineCase{"--- FAIL: TestTotal (0.00s)", kSpecific, 100},
        LineCase{"panic: runtime error: index out of range", kSpecific, 100},
        LineCase{"ModuleNotFoundError: No module named 'x'", kSpecific, 100},
        LineCase{"java.lang.NullPointerException: boom", kSpecific, 100},
        LineCase{"Program.cs(12,34): error CS0103: The name 'x' does not exist", kSpecific, 100},
        LineCase{"fatal: repository not found", kSpecific, 100},
        LineCase{"E: Unable to locate package foo", kSpecific, 100},
        LineCase{"write: No space left on device", kSpecific, 100},
        LineCase{"\xE2\x94\x82 Error: Unsupported argument", kSpecific, 100},
        LineCase{"\xE2\x95\xB7", 0, 0}, LineCase{"npm error code ERESOLVE", 80, 100},
        LineCase{"npm ERR! missing script: build", 70, 100},
        LineCase{"##[error]Credentials could not be loaded", 80, 100},
        LineCase{"[ERROR] /src/A.java:[4,26] cannot find symbol", kSpecific, 100}));

INSTANTIATE_TEST_SUITE_P(
    OnlyRepeatsIt, Classify,
    testing::Values(LineCase{"##[error]Bash exited with code '1'.", 1, kWeak - 1},
                    LineCase{"##[error]PowerShell exited with code '1'.", 1, kWeak - 1},
                    LineCase{"##[error]Process completed with exit code 2.", 1, kWeak - 1},
                    LineCase{"[ERROR] [Help 1] http://cwiki.apache.org", 0, kWeak - 1},
                    LineCase{"[ERROR] To see the full stack trace of the errors, re-run", 0,
                             kWeak - 1}));

INSTANTIATE_TEST_SUITE_P(
    IsNone, Classify,
    testing::Values(LineCase{"0 errors, 0 warnings", 0, 0},
                    LineCase{"Errors: 0, Failures: 0", 0, 0},
                    LineCase{"a.c:1:2: warning: unused variable 'error'", 0, 0},
                    LineCase{"##[debug]error handling on", 0, 0},
                    LineCase{"g++ -Werror -c error.cpp -o error.o", 0, 0},
                    LineCase{"Building CXX object src/error_message.cpp.o", 0, 0},
                    LineCase{"All tests passed", 0, 0}, LineCase{"", 0, 0}));

TEST(Classify, EveryPatternCompiles) {
  EXPECT_TRUE(patterns_are_good());
}

TEST(LogScanner, KeepsTheLogsOwnLineNumbers) {
  const std::string log = filler(500) +
                          "2026-11-23T12:00:01.0000000Z a.c:3:1: error: expected ';'\n" +
                          filler(300) + "##[error]Bash exited with code '1'.\n";
  for (const std::size_t piece : {1U, 7U, 1000U, 1U << 20U}) {
    const LogScanner scanner = scan(log, piece);
    EXPECT_EQ(scanner.lines(), 802);
    ASSERT_TRUE(scanner.best().has_value());
    EXPECT_EQ(scanner.best()->line, 501);
    EXPECT_EQ(scanner.best()->text, "a.c:3:1: error: expected ';'");
    const Evidence evidence = scanner.evidence(2000);
    EXPECT_EQ(text_at(evidence, 501), "a.c:3:1: error: expected ';'");
    EXPECT_FALSE(text_at(evidence, 500).empty());
    EXPECT_FALSE(text_at(evidence, 502).empty());
    EXPECT_EQ(text_at(evidence, 802), "##[error]Bash exited with code '1'.");
  }
}

TEST(LogScanner, LinesEndAtLfAsAzureCountsThem) {
  const LogScanner scanner = scan("a\r\nb\n\n10%\r20%\rerror: x\rdone\nc\rd\n", 1);
  EXPECT_EQ(scanner.lines(), 5);
  const Evidence evidence = scanner.evidence(1000);
  EXPECT_EQ(text_at(evidence, 1), "a");
  EXPECT_EQ(text_at(evidence, 4), "error: x");  // not the progress around it
  EXPECT_EQ(text_at(evidence, 5), "d");         // what stayed on the screen
  EXPECT_EQ(scan("").lines(), 0);
  EXPECT_EQ(scan("\n").lines(), 1);
  EXPECT_EQ(scan("no end").lines(), 1);
}

TEST(LogScanner, TheBestLineIsCompletedAndBare) {
  EXPECT_EQ(scan("CMake Error at CMakeLists.txt:6 (find_package):\n  By not providing it\nx\n")
                .best()
                ->text,
            "CMake Error at CMakeLists.txt:6 (find_package): By not providing it");
  EXPECT_EQ(scan("a_test.cpp:5: Failure\nExpected equality of:\n  1\n").best()->text,
            "a_test.cpp:5: Failure Expected equality of: 1");
  EXPECT_EQ(scan("##[error]no such key: x\n").best()->text, "no such key: x");
  EXPECT_EQ(scan("E       assert 3 == 4\n").best()->text, "assert 3 == 4");
}

TEST(LogScanner, PrefersTheErrorToTheExitCodeAfterIt) {
  const Evidence evidence = scan(filler(50) + "x.cpp:1:1: error: boom\n" + filler(50) +
                                 "##[error]Bash exited with code '2'.\n")
                                .evidence(60);
  ASSERT_EQ(evidence.lines.size(), 1U);
  EXPECT_EQ(evidence.lines[0].line, 51);
}

TEST(LogScanner, StaysWithinItsBytesAsJson) {
  std::string log;
  for (int i = 0; i < 400; ++i) {
    log += "src/f" + std::to_string(i) + ".c:1:1: error: \"quoted\\path\" \t tab " +
           std::to_string(i) + "\n";
  }
  const LogScanner scanner = scan(log, 1000);
  for (const std::size_t budget : {0U, 50U, 500U, 4096U, 20000U}) {
    const Evidence evidence = scanner.evidence(budget);
    nlohmann::json json = nlohmann::json::array();
    for (const auto& line : evidence.lines)
      json.push_back({{"line", line.line}, {"text", line.text}});
    EXPECT_LE(evidence.lines.empty() ? 0 : json.dump().size() - 2, budget);
    EXPECT_TRUE(evidence.truncated);
  }
}

TEST(LogScanner, KeepsTheFirstAndTheLastOfThousands) {
  std::string log = "first.c:1:1: error: the first\n";
  for (int i = 0; i < 5000; ++i)
    log += "m" + std::to_string(i) + ".c:1:1: error: middle\n\n\n\n\n\n\n";
  log += "last.c:1:1: error: the last\n";
  const Evidence evidence = scan(log, 4096).evidence(8000);
  EXPECT_EQ(evidence.lines.front().line, 1);
  EXPECT_EQ(evidence.lines.back().text, "last.c:1:1: error: the last");
  EXPECT_TRUE(evidence.truncated);
}

TEST(LogScanner, SaysTheSameErrorOnce) {
  std::string log;
  for (int i = 0; i < 100; ++i)
    log += "2026-11-23T12:00:00.1Z fatal: the same\nok\nok\nok\nok\nok\nok\n";
  const Evidence evidence = scan(log).evidence(4000);
  const auto same = std::count_if(evidence.lines.begin(), evidence.lines.end(),
                                  [](const auto& line) { return line.text == "fatal: the same"; });
  EXPECT_LE(same, 2);  // once found, once perhaps in the tail
}

TEST(LogScanner, ATracebackIsKeptToItsException) {
  std::string log = filler(30) + "Traceback (most recent call last):\n";
  for (int i = 0; i < 8; ++i) log += "  File \"a.py\", line 3, in f\n    g()\n";
  log += "KeyError: 'token'\n" + filler(30);
  const Evidence evidence = scan(log).evidence(4096);
  EXPECT_EQ(text_at(evidence, 48), "KeyError: 'token'");
  EXPECT_FALSE(text_at(evidence, 31).empty());
}

TEST(LogScanner, WithoutAnErrorTheTailIsTheEvidence) {
  const Evidence evidence = scan(filler(200)).evidence(1500);
  ASSERT_FALSE(evidence.lines.empty());
  EXPECT_EQ(evidence.lines.back().line, 200);
  EXPECT_FALSE(evidence.truncated);
}

TEST(LogScanner, CleansAndMasks) {
  const std::string log =
      std::string("\x1B[31ma.c:1:1: error: boom\x1B[0m\n") + "password=hunter2\n" + "-----BEGIN " +
      "PRIVATE KEY-----\nMIIEabc\n-----END PRIVATE KEY-----\nend\n" + "x\xFFy\n";
  const Evidence evidence = scan(log, 3).evidence(4000);
  EXPECT_EQ(text_at(evidence, 1), "a.c:1:1: error: boom");
  EXPECT_EQ(text_at(evidence, 2), "password=***");
  EXPECT_EQ(text_at(evidence, 3), "***");
  EXPECT_EQ(text_at(evidence, 4), "***");
  EXPECT_EQ(text_at(evidence, 6), "end");
  EXPECT_EQ(text_at(evidence, 7), "x\xEF\xBF\xBDy");
}

TEST(LogScanner, AnEndlessLineCostsNoMemory) {
  LogScanner scanner;
  scanner.feed("a.c:1:1: error: ");
  const std::string piece(1 << 16, 'x');
  for (int i = 0; i < 200; ++i) scanner.feed(piece);
  scanner.finish();
  EXPECT_EQ(scanner.lines(), 1);
  const Evidence evidence = scanner.evidence(4096);
  ASSERT_EQ(evidence.lines.size(), 1U);
  EXPECT_LE(evidence.lines[0].text.size(), 400U);
}

long resident_kib() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  statm >> pages >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

TEST(LogScanner, MemoryDoesNotGrowWithTheLog) {
  const long before = resident_kib();
  LogScanner scanner;
  for (int i = 0; i < 200000; ++i) {
    scanner.feed("2026-11-23T12:00:00.1234567Z [" + std::to_string(i) +
                 "] a line of a long log with some words in it, about as long as they are, and " +
                 (i % 50 == 0 ? "error: number " + std::to_string(i) : std::string("nothing")) +
                 " to see here\n");
  }
  scanner.finish();
  EXPECT_EQ(scanner.lines(), 200000);
  const long grown = resident_kib() - before;
  std::cout << "resident growth over 200,000 lines: " << grown << " KiB\n";
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(grown, 8 * 1024);
#endif
}

TEST(LogScanner, GoesOnAfterAGap) {
  LogScanner scanner;
  scanner.feed("one\ntwo");
  scanner.jump(1000);
  scanner.feed("fatal: late\n");
  scanner.finish();
  EXPECT_EQ(scanner.lines(), 1000);
  EXPECT_EQ(scanner.best()->line, 1000);
}

}  // namespace
}  // namespace adomcp::failure_logs
