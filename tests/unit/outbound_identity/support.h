#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "core/text.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/resources.h"
#include "outbound_identity/variables.h"
#include "support/manual_clock.h"

namespace adomcp::outbound_identity {

/// What no error text may ever hold.
inline const std::string kSecret = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

using testing_support::ManualClock;

/// Variables of a test.
inline Variables fixed(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
}

inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(30));
}

/// A folder with programs of a test's own, gone after it.
class ProgramFolder {
 public:
  ProgramFolder() : path_(std::filesystem::temp_directory_path() / ("adomcp-" + random_id())) {
    std::filesystem::create_directory(path_);
  }
  ~ProgramFolder() { std::filesystem::remove_all(path_); }
  ProgramFolder(const ProgramFolder&) = delete;
  ProgramFolder& operator=(const ProgramFolder&) = delete;

  /// Writes an executable shell script.
  void script(const std::string& name, const std::string& body) const {
    const auto file = path_ / name;
    std::ofstream(file) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// As PATH: this folder first, then the system's.
  std::string search_path() const { return path_.string() + ":/usr/bin:/bin"; }

 private:
  std::filesystem::path path_;
};

inline void expect_no_secret(const Error& error) {
  EXPECT_THAT(error.text(), ::testing::Not(::testing::HasSubstr(kSecret)));
  EXPECT_THAT(error.text(), ::testing::Not(::testing::HasSubstr("eyJ")));
}

}  // namespace adomcp::outbound_identity
