#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace adomcp::audit {

/// A folder of a test's own, gone with it.
class TemporaryFolder : public testing::Test {
 protected:
  TemporaryFolder() {
    std::string pattern = testing::TempDir() + "audit_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/audit.jsonl";
  }
  ~TemporaryFolder() override { std::filesystem::remove_all(folder_); }

  static std::string read(const std::string& path) {
    const std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  static void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }

  std::string folder_;
  std::string path_;
};

}  // namespace adomcp::audit
