#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/load.h"
#include "core/text.h"

namespace adomcp::config {

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("adomcp-" + random_id())) {
    std::filesystem::create_directory(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

/// The problems as text, with `folder` and its slash taken out of the paths.
inline std::vector<std::string> problems_of(const Loaded& loaded, const std::string& folder) {
  std::vector<std::string> out;
  const auto* found = std::get_if<std::vector<Diagnostic>>(&loaded);
  if (found == nullptr) return out;
  for (const auto& problem : *found) {
    std::string text = problem.text();
    const std::string prefix = folder + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    out.push_back(text);
  }
  return out;
}

/// A configuration with nothing but what must be there, to which tests add.
inline constexpr const char* kMinimal = R"(auth: { mode: none }
azure_devops:
  organizations:
    - name: contoso
      credential: azure_cli
      projects: [{ name: Payments }]
)";

/// With sign-in, to which tests add.
inline constexpr const char* kSignedIn = R"(server: { public_url: "https://mcp.example.com" }
auth:
  mode: bearer
  tenant_id: 11111111-1111-1111-1111-111111111111
  audiences: [22222222-2222-2222-2222-222222222222]
azure_devops:
  organizations:
    - name: contoso
      credential: azure_cli
      projects: [{ name: Payments }]
)";

inline constexpr const char* kConnectionString =
    "InstrumentationKey=77777777-7777-7777-7777-777777777777;"
    "IngestionEndpoint=https://example.in.applicationinsights.azure.com/";

/// 32 bytes of zero.
inline constexpr const char* kStateKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

class ConfigTest : public ::testing::Test {
 protected:
  Loaded load_text(const std::string& text, const Environment& environment = {}) {
    return load(folder_.write("main.yaml", text), environment, {"/opt/plugins"});
  }
  std::vector<std::string> problems(const std::string& text, const Environment& environment = {}) {
    return problems_of(load_text(text, environment), folder_.path());
  }
  Settings settings(const std::string& text, const Environment& environment = {}) {
    auto loaded = load_text(text, environment);
    EXPECT_THAT(problems_of(loaded, folder_.path()), ::testing::IsEmpty());
    auto* found = std::get_if<Settings>(&loaded);
    return found == nullptr ? Settings{} : *found;
  }

  TemporaryFolder folder_;
};

}  // namespace adomcp::config
