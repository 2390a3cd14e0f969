#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support.h"

namespace adomcp::config {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(ADOMCP_SOURCE_DIR) / "tests/unit/config/broken";

/// What the comments at the top of a broken configuration say: `# expect: line:column: message`
/// for each problem, `# env: NAME=value` for what the environment holds.
struct Header {
  std::vector<std::string> expected;
  Environment environment;
};

Header header_of(const fs::path& file) {
  constexpr std::string_view kExpect = "# expect: ";
  constexpr std::string_view kEnvironment = "# env: ";
  Header out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kExpect)) {
      out.expected.push_back(file.filename().string() + ":" + line.substr(kExpect.size()));
    }
    if (line.starts_with(kEnvironment)) {
      const auto equals = line.find('=');
      out.environment[line.substr(kEnvironment.size(), equals - kEnvironment.size())] =
          line.substr(equals + 1);
    }
  }
  return out;
}

std::vector<std::string> broken_files() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class BrokenConfiguration : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokenConfiguration, ReportsEveryProblemAtItsPlaceAndNoOther) {
  const fs::path file = kFolder / (GetParam() + ".yaml");
  const Header header = header_of(file);
  ASSERT_FALSE(header.expected.empty());
  const auto loaded = load(file.string(), header.environment, {"/opt/plugins"});
  EXPECT_THAT(problems_of(loaded, kFolder.string()), ::testing::ElementsAreArray(header.expected));
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenConfiguration, ::testing::ValuesIn(broken_files()),
                         [](const auto& test) { return test.param; });

TEST(BrokenConfigurations, AreAtLeastOneHundredTwenty) {
  EXPECT_GE(broken_files().size(), 120U);
}

}  // namespace
}  // namespace adomcp::config
