// The failure reader: its promises whatever comes in, small logs with one fault each, and nothing
// of the logs it learned from in its code.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "run_failure_logs/log_scanner.h"

namespace adomcp::failure_logs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kData = fs::path(ADOMCP_FAILURE_LOGS).parent_path();

std::string read(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

LogScanner scan(const std::string& log, std::size_t piece = 4093) {
  LogScanner scanner;
  for (std::size_t at = 0; at < log.size(); at += piece) {
    scanner.feed(std::string_view(log).substr(at, piece));
  }
  scanner.finish();
  return scanner;
}

/// Bytes of all kinds, the more of those that mean something to the reader.
std::string random_bytes(std::mt19937& random, std::size_t size) {
  constexpr std::string_view kMeaning =
      "\n\n\r\t \x1B[31m:0123 error FAIL ok ✓ ^~ Expected \xE2\x9C";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    const auto value = random();
    out +=
        value % 3 == 0 ? static_cast<char>(value >> 8U) : kMeaning[(value >> 8U) % kMeaning.size()];
  }
  return out;
}

TEST(Reader, AnyBytesGiveValidTextWithinTheBudget) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::string log = random_bytes(random, random() % 20000);
    const LogScanner scanner = scan(log, 1 + random() % 5000);
    for (const std::size_t budget : {0U, 30U, 700U, 8192U, 100000U}) {
      Json lines = Json::array();
      std::int64_t before = 0;
      for (const EvidenceLine& line : scanner.evidence(budget).lines) {
        EXPECT_GT(line.line, before);
        before = line.line;
        lines.push_back({{"line", line.line}, {"text", line.text}});
      }
      EXPECT_LE(before, scanner.lines());
      const std::string text = lines.dump();  // throws for what is no UTF-8
      EXPECT_LE(lines.empty() ? 0 : text.size() - 2, budget);
    }
  }
}

TEST(Reader, PiecesDontMatter) {
  std::mt19937 random(11);
  const std::string log = random_bytes(random, 30000);
  const Evidence whole = scan(log, log.size()).evidence(4096);
  for (const std::size_t piece : {1U, 2U, 77U, 4096U}) {
    const Evidence evidence = scan(log, piece).evidence(4096);
    ASSERT_EQ(evidence.lines.size(), whole.lines.size());
    for (std::size_t i = 0; i < whole.lines.size(); ++i) {
      EXPECT_EQ(evidence.lines[i].line, whole.lines[i].line);
      EXPECT_EQ(evidence.lines[i].text, whole.lines[i].text);
    }
  }
}

double seconds_for(const std::string& part, int times) {
  const std::clock_t start = std::clock();
  LogScanner scanner;
  for (int i = 0; i < times; ++i) scanner.feed(part);
  scanner.finish();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

TEST(Reader, TimeIsLinear) {
  std::mt19937 random(3);
  const std::string part = random_bytes(random, 1U << 16U);
  seconds_for(part, 4);
  const double once = seconds_for(part, 16);
  const double fourfold = seconds_for(part, 64);
  std::cout << once << " s for 1 MiB, " << fourfold << " s for 4 MiB\n";
  EXPECT_LT(fourfold, once * 8 + 0.2);
}

TEST(Reader, ReadsEachSmallLogAsExpected) {
  const fs::path folder = kData / "mini-logs";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is not here: small logs not checked";
  const Json expected = Json::parse(read(folder / "expected.json"));
  for (const auto& [name, want] : expected.items()) {
    const LogScanner scanner = scan(read(folder / name));
    std::set<std::int64_t> lines;
    for (const EvidenceLine& line : scanner.evidence(14500).lines) lines.insert(line.line);
    for (const Json& line : want["lines"]) {
      EXPECT_EQ(lines.count(line.get<std::int64_t>()), 1U) << name << " line " << line;
    }
    if (!scanner.sure() || !want.contains("cause_matches")) continue;
    const auto matches = want["cause_matches"].get<std::string>();
    EXPECT_TRUE(RE2::PartialMatch(scanner.best()->text, matches)) << name << scanner.best()->text;
  }
}

std::string passed(int from, int to) {
  std::string out;
  for (int i = from; i < to; ++i)
    out += "  Passed Shop.Cart.Adds" + std::to_string(i) + " [3 ms]\n";
  return out;
}

struct Tolerated {
  const char* name;
  std::string log;
  const char* never;  ///< no part of the cause that is stated
};

TEST(Reader, WhatWasToleratedOrSaysNothingIsNotStated) {
  const std::string end = "##[error]Bash exited with code '1'.\n";
  const std::vector<Tolerated> rows = {
      {"an exception that a passing test logs",
       passed(0, 120) +
           "fail: Shop.Api[0]\n      An unhandled exception has occurred while executing.\n" +
           passed(120, 240) +
           "  Failed Shop.Totals.Rounds [2 ms]\n  Error Message:\n   Expected: 3\n   But was: 4\n" +
           passed(240, 360) + end,
       "An unhandled exception"},
      {"what a passing test of Go prints",
       "=== RUN   TestRetry\n    retry_test.go:11: error: dial tcp 127.0.0.1:1: refused\n--- PASS: "
       "TestRetry (0.00s)\n=== RUN   TestLock\nfatal error: all goroutines are asleep - "
       "deadlock!\n" +
           end,
       "dial tcp"},
      {"what a skipped test of Go prints",
       "=== RUN   TestDb\n    db_test.go:11: could not connect to the database\n--- SKIP: TestDb "
       "(0.00s)\n"
       "panic: test timed out after 1m0s\n" +
           end,
       "could not connect"},
      {"an error that Ansible ignores",
       "TASK [probe]\nfatal: [web1]: FAILED! => {\"msg\": \"no such "
       "service\"}\n...ignoring\n\nTASK [copy]\n"
       "fatal: [web1]: FAILED! => {\"msg\": \"disk is full\"}\n" +
           end,
       "no such service"},
      {"an error that the tool goes on without",
       "ERROR: cache at redis:6379 is not reachable, going on without it\n"
       "Required coverage is 80.0%, but only 71.3% was reached\n" +
           end,
       "cache at redis"},
      {"a count of problems",
       "/src/a.js\n  19:12  error  'x' is not defined  no-undef\n\n\u2716 3 problems (1 error, 2 "
       "warnings)\n" +
           end,
       "3 problems"},
      {"what only points elsewhere",
       "ERROR: At least one resource deployment operation failed. Please list deployment "
       "operations for "
       "details.\nDetails:\n  QuotaExceeded: Operation exceeds the approved cores quota.\n" +
           end,
       "At least one resource"},
      {"where PowerShell was",
       "Get-Item : Conflict with another write\nAt D:\\a\\1\\s\\deploy.ps1:40 char:1\n+ Get-Item "
       "x\n" +
           end,
       "char:1"},
  };
  for (const Tolerated& row : rows) {
    const LogScanner scanner = scan(row.log);
    if (!scanner.sure()) continue;
    EXPECT_EQ(scanner.best()->text.find(row.never), std::string::npos)
        << row.name << ": " << scanner.best()->text;
  }
}

TEST(Reader, ADetailIsToldWithTheTestThatFailed) {
  const LogScanner scanner =
      scan(passed(0, 40) +
           "  Failed Shop.Totals.Rounds [2 ms]\n  Error Message:\n   Assert.Equal() "
           "Failure: Values differ\n   Expected: 3\n   Actual:   4\n" +
           passed(40, 60) + "##[error]Process exited with code 1\n");
  ASSERT_TRUE(scanner.best());
  EXPECT_NE(scanner.best()->text.find("Shop.Totals.Rounds"), std::string::npos)
      << scanner.best()->text;
}

TEST(UsualLines, NumbersThatDecideMakeALineNewAndOthersDont) {
  struct Row {
    const char* good;
    const char* bad;
    bool usual;
  };
  for (const Row& row : std::vector<Row>{
           {"coverage 83.10% is compared with 80%", "coverage 71.22% is compared with 80%", false},
           {"status 404 != 404 of the feed", "status 500 != 404 of the feed", false},
           {"the command exited with code 0 there", "the command exited with code 3 there", false},
           {"wanted 200, got 404", "wanted 200, got 500", false},
           {"src/parser.cpp:14:2: error: no token", "src/parser.cpp:218:31: error: no token", true},
           {"took 250 ms for 31 files", "took 12 ms for 400 files", true},
           {"2026-11-20T01:02:03.0000000Z fatal: no sample", "fatal: no sample", true},
           {"fatal: no sample", "fatal: no example", false},
       }) {
    UsualLines lines;
    lines.feed(std::string(row.good) + "\n");
    lines.finish();
    EXPECT_EQ(lines.has(row.bad), row.usual) << row.bad;
  }
}

/// "owner/name" and "owner@name" of the repositories whose logs were learned from.
std::vector<std::string> repositories() {
  std::vector<std::string> out;
  const fs::path folder = kData / "logchunks";
  if (!fs::is_directory(folder)) return out;
  for (const auto& language : fs::directory_iterator(folder)) {
    if (!language.is_directory()) continue;
    for (const auto& repository : fs::directory_iterator(language)) {
      std::string name = repository.path().filename().string();
      out.push_back(name);
      std::replace(name.begin(), name.end(), '@', '/');
      out.push_back(name);
    }
  }
  return out;
}

TEST(Reader, NoRepositoryThatItLearnedFromIsInTheCode) {
  const std::vector<std::string> names = repositories();
  if (names.empty()) GTEST_SKIP() << kData << " is not here: names not looked for";
  const fs::path root(ADOMCP_SOURCE_DIR);
  int files = 0;
  for (const fs::path& folder : {root / "plugins" / "run_failure_logs", root / "tests" / "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      ++files;
      const std::string text = read(entry.path());
      for (const std::string& name : names) {
        EXPECT_EQ(text.find(name), std::string::npos) << entry.path() << " holds " << name;
      }
    }
  }
  EXPECT_GT(files, 60);
}

}  // namespace
}  // namespace adomcp::failure_logs
