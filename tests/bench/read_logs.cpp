// Runs the failure reader over logs for diagnosis.py and diagnosis_train.py. Names of logs come on
// standard input, one a line; after a tab may stand that of the same job's log when all was well.
//   read_logs names                       names of the features, one a line, those of a line first
//   read_logs causes FILE                 binary: of each log the number of the line that explains
//                                         most (32 bits, 0: none) and the features of a cause
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
using adomcp::failure_logs::UsualLines;
using adomcp::failure_logs::Weights;

#define ADOMCP_TEXT(name) #name,
constexpr const char* kNames[] = {ADOMCP_OWN_FEATURES(ADOMCP_TEXT) ADOMCP_NEAR_FEATURES(
    ADOMCP_TEXT) ADOMCP_LOG_FEATURES(ADOMCP_TEXT) ADOMCP_CAUSE_FEATURES(ADOMCP_TEXT)};

std::string read(const std::string& name) {
  std::ostringstream out;
  out << std::ifstream(name, std::ios::binary).rdbuf();
  return out.str();
}

/// Weights as diagnosis_train.py writes them for a test: two models, each a number of splits, then
/// of each its feature, limit, yes and no, a number of trees, then where each begins; at last the
/// probability from which on a cause is sure.
class OwnWeights {
 public:
  explicit OwnWeights(const std::string& name) {
    std::ifstream in(name);
    line_.read(in);
    cause_.read(in);
    weights_ = {line_.model(), cause_.model(), 1};
    in >> weights_.sure;
  }
  const Weights& get() const { return weights_; }

 private:
  struct OwnModel {
    std::vector<Split> splits;
    std::vector<std::uint16_t> trees;

    void read(std::istream& in) {
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

  OwnModel line_;
  OwnModel cause_;
  Weights weights_;
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

double seconds() {  // of this process, whatever else runs
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void write_cause(const std::string& log, const Weights& weights) {
  LogScanner scanner(weights);
  scanner.feed(log);
  scanner.finish();
  const auto best = scanner.best();
  put(best ? static_cast<std::uint32_t>(best->line) : 0);
  const auto row = best ? scanner.cause()->row : adomcp::failure_logs::CauseRow{};
  std::fwrite(row.data(), 1, row.size(), stdout);
}

void write_answer(const std::string& log, const std::string& good, const Weights& weights,
                  std::size_t bytes, std::size_t lines) {
  UsualLines usual;
  usual.feed(good);
  usual.finish();
  const double start = seconds();
  LogScanner scanner(weights);
  scanner.feed(log);
  scanner.finish(good.empty() ? nullptr : &usual);
  const auto shown = scanner.evidence(bytes, lines).lines;
  const double took = seconds() - start;
  nlohmann::json evidence = nlohmann::json::array();
  for (const auto& line : shown) {
    evidence.push_back({{"line", line.line}, {"text", line.text}});
  }
  nlohmann::json out = {{"evidence", evidence}, {"sure", scanner.sure()}, {"seconds", took}};
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
    const double start = seconds();
    LogScanner scanner;
    scanner.feed(log);
    scanner.finish();
    best = std::min(best, seconds() - start);
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
  const int file = mode == "answers" ? 4 : 2;  // where weights may be named
  const bool known = mode == "features" || mode == "speed" || mode == "causes";
  if (!known && (mode != "answers" || argc < 4)) return 2;
  std::unique_ptr<OwnWeights> own;
  if (argc > file) own = std::make_unique<OwnWeights>(argv[file]);
  const Weights& weights = own ? own->get() : adomcp::failure_logs::learned_weights();
  for (std::string name; std::getline(std::cin, name);) {
    const std::size_t tab = std::min(name.find('\t'), name.size());
    const std::string log = read(name.substr(0, tab));
    const std::string good = tab < name.size() ? read(name.substr(tab + 1)) : "";
    if (mode == "features") write_features(log);
    if (mode == "answers") {
      write_answer(log, good, weights, std::stoul(argv[2]), std::stoul(argv[3]));
    }
    if (mode == "causes") write_cause(log, weights);
    if (mode == "speed") write_speed(name, log);
  }
}
