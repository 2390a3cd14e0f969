// Real failing logs whose explaining lines people marked: how often are they in the evidence?
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "run_failure_logs/log_scanner.h"

namespace adomcp::failure_logs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBudget = 4096;
constexpr int kFloor = 18;  // of 23

std::vector<std::pair<std::int64_t, std::int64_t>> marked(const fs::path& file) {
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.size() < 3 || line[0] != 'E' || line[1] != ' ') continue;
    const std::size_t dash = line.find('-');
    const std::int64_t from = std::stoll(line.substr(2));
    out.emplace_back(from, dash == std::string::npos ? from : std::stoll(line.substr(dash + 1)));
  }
  return out;
}

std::string read(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  // The marks count a lone CR as a line's end, and so does the agent when it reads a program's
  // output: it would have written LF.
  std::string text;
  const std::string raw = out.str();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool lone = raw[i] == '\r' && (i + 1 == raw.size() || raw[i + 1] != '\n');
    text += lone ? '\n' : raw[i];
  }
  return text;
}

bool has_marked_line(const Evidence& evidence, const fs::path& truth) {
  for (const auto& [from, to] : marked(truth)) {
    for (const EvidenceLine& line : evidence.lines) {
      if (line.line >= from && line.line <= to) return true;
    }
  }
  return false;
}

TEST(LogScannerCorpus, EvidenceHoldsAMarkedLine) {
  const fs::path root(ADOMCP_FAILURE_LOGS);
  if (!fs::is_directory(root)) GTEST_SKIP() << root << " is not here: marked logs not checked";
  int found = 0;
  int logs = 0;
  for (const auto& entry : fs::directory_iterator(root)) {
    const fs::path log = entry.path() / "fail.log";
    if (!fs::exists(log) || !fs::exists(entry.path() / "groundtruth")) continue;
    ++logs;
    LogScanner scanner;
    scanner.feed(read(log));
    scanner.finish();
    const Evidence evidence = scanner.evidence(kBudget);
    const bool hit = has_marked_line(evidence, entry.path() / "groundtruth");
    found += hit ? 1 : 0;
    if (!hit || std::getenv("ADOMCP_SHOW_EVIDENCE") != nullptr) {
      std::cout << (hit ? "found " : "MISSED ") << entry.path().filename() << '\n';
      for (const EvidenceLine& line : evidence.lines) {
        std::cout << "    " << line.line << ": " << line.text.substr(0, 110) << '\n';
      }
    }
  }
  std::cout << "marked line within " << kBudget << " bytes of evidence: " << found << " of " << logs
            << " logs\n";
  EXPECT_GE(found, kFloor);
}

}  // namespace
}  // namespace adomcp::failure_logs
