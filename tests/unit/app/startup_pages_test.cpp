#include "app/startup_pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace adomcp::app {
namespace {

/// KiB of files that are resident.
long resident_of_files() {
  constexpr std::string_view kName = "RssFile:";
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kName)) return std::stol(line.substr(kName.size()));
  }
  return -1;
}

TEST(StartupPagesTest, AreNoLongerResident) {
  const std::string kept = "what was written stays";
  const long before = resident_of_files();
  give_back_startup_pages();
  const long after = resident_of_files();
  EXPECT_GT(before, 0);
  EXPECT_LT(after, before);
  EXPECT_EQ(kept, "what was written stays");
}

}  // namespace
}  // namespace adomcp::app
