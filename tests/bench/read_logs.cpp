// Runs the failure reader over logs for diagnosis.py and diagnosis_train.py. Names of logs come on
// standard input, one a line.
//   read_logs names                       names of the features, one a line
//   read_logs features                    binary: of each log the number of its kept lines, then of
//                                         each line its number, cost (both 32 bits) and features
//   read_logs answers BYTES LINES [FILE]  a line of JSON a log; FILE holds weights instead of the
//                                         table that is compiled in
//   read_logs speed                       megabytes a second, a line a log
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "run_failure_logs/log_scanner.h"

namespace {

using adomcp::failure_logs::LogScanner;
using adomcp::failure_logs::Model;
using adomcp::failure_logs::Split;

#define ADOMCP_TEXT(name) #name,
constexpr const char* kNames[] = {ADOMCP_OWN_FEATURES(ADOMCP_TEXT) ADOMCP_NEAR_FEATURES(ADOMCP_TEXT)
                                      ADOMCP_LOG_FEATURES(ADOMCP_TEXT)};

std::string read(const std::string& name) {
  std::ostringstream out;
  out << std::ifstream(name, std::ios::binary).rdbuf();
  return out.str();
}

/// Weights as diagnosis_train.py writes them for a test: a number of splits, then of each its
/// feature, limit, yes and no; a number of trees, then where each begins.
struct OwnModel {
  std::vector<Split> splits;
  std::vector<std::uint16_t> trees;

  explicit OwnModel(const std::string& name) {
    std::ifstream in(name);
    std::size_t count = 0;
    in >> count;
    for (; count > 0; --count) {
      int feature = 0, limit = 0, yes = 0, no = 0;
      in >> feature >> limit >> yes >> no;
      splits.push_back({static_cast<adomcp::failure_logs::Feature>(feature),
                        static_cast<std::uint8_t>(limit), static_cast<std::int16_t>(yes),
                        static_cast<std::int16_t>(no)});
    }
    for (in >> count; count > 0; --count) {
      std::uint16_t tree = 0;
      in >> tree;
      trees.push_back(tree);
    }
  }
  Model model() const { return {splits, trees}; }
};

void put(std::uint32_t value) {
  std::fwrite(&value, sizeof value, 1, stdout);
}

void write_features(const std::string& log) {
  LogScanner scanner;
  scanner.feed(log);
  scanner.finish();
  const auto& reader = scanner.reader();
  put(static_cast<std::uint32_t>(reader.lines().size()));
  for (std::size_t i = 0; i < reader.lines().size(); ++i) {
    const auto& line = reader.lines().at(i);
    put(static_cast<std::uint32_t>(line.number));
    put(static_cast<std::uint32_t>(scanner.cost(i)));
    const auto row = reader.features(i);
    std::fwrite(row.data(), 1, row.size(), stdout);
  }
}

void write_answer(const std::string& log, const Model& model, std::size_t bytes,
                  std::size_t lines) {
  LogScanner scanner(model);
  scanner.feed(log);
  scanner.finish();
  nlohmann::json evidence = nlohmann::json::array();
  for (const auto& line : scanner.evidence(bytes, lines).lines) {
    evidence.push_back({{"line", line.line}, {"text", line.text}});
  }
  nlohmann::json out = {{"evidence", evidence}, {"sure", scanner.sure()}};
  out["bytes"] = evidence.dump().size();
  if (const auto best = scanner.best()) {
    out["cause"] = {
        {"line", best->line}, {"text", best->text}, {"confidence", scanner.cause()->confidence}};
  }
  std::cout << out.dump() << '\n';
}

void write_speed(const std::string& name, const std::string& log) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < 3; ++i) {
    const std::clock_t start = std::clock();  // of this process, whatever else runs
    LogScanner scanner;
    scanner.feed(log);
    scanner.finish();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::cout << static_cast<double>(log.size()) / 1e6 / best << " MB/s " << name << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "names") {
    for (const char* name : kNames) std::puts(name);
    return 0;
  }
  if (mode != "features" && mode != "speed" && (mode != "answers" || argc < 4)) return 2;
  std::unique_ptr<OwnModel> own;
  if (argc > 4) own = std::make_unique<OwnModel>(argv[4]);
  const Model model = own ? own->model() : adomcp::failure_logs::line_model();
  for (std::string name; std::getline(std::cin, name);) {
    const std::string log = read(name);
    if (mode == "features") write_features(log);
    if (mode == "answers") write_answer(log, model, std::stoul(argv[2]), std::stoul(argv[3]));
    if (mode == "speed") write_speed(name, log);
  }
}
