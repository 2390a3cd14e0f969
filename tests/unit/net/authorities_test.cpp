#include "net/authorities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace adomcp::net {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::IsEmpty;

class Authorities : public testing::Test {
 protected:
  Authorities() {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "empty");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string file(const std::string& name, const std::string& text = "PEM") const {
    std::ofstream(folder_ / name) << text;
    return path(name);
  }

  fs::path folder_ = fs::path(testing::TempDir()) / ("authorities_" + std::to_string(::getpid()));
};

TEST_F(Authorities, OpenSslsOwnFileIsEnough) {
  EXPECT_EQ("", other_authorities({file("own.pem"), path("none"), {file("other.pem")}}));
}

TEST_F(Authorities, OpenSslsOwnFolderIsEnoughWhenItHoldsSomething) {
  fs::create_directories(folder_ / "certs");
  file("certs/0a1b2c3d.0");
  const auto other = file("other.pem");
  EXPECT_EQ("", other_authorities({path("none.pem"), path("certs"), {other}}));
  EXPECT_EQ(other, other_authorities({path("none.pem"), path("empty"), {other}}));
}

TEST_F(Authorities, TheFirstFileThatIsThereAndHoldsSomething) {
  const auto hollow = file("hollow.pem", "");
  const auto first = file("first.pem");
  const auto second = file("second.pem");
  EXPECT_EQ(first, other_authorities(
                       {path("a"), path("b"), {path("missing.pem"), hollow, first, second}}));
}

TEST_F(Authorities, NothingAnywhere) {
  EXPECT_EQ("", other_authorities({path("a"), path("b"), {path("c")}}));
}

/// Sets a variable for as long as it lives.
class SetVariable {
 public:
  SetVariable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~SetVariable() { ::unsetenv(name_); }
  SetVariable(const SetVariable&) = delete;
  SetVariable& operator=(const SetVariable&) = delete;

 private:
  const char* name_;
};

TEST_F(Authorities, PlacesOfSeveralSystemsUnlessSomebodyChose) {
  ::unsetenv("SSL_CERT_FILE");
  ::unsetenv("SSL_CERT_DIR");
  EXPECT_THAT(authority_places().others, Contains("/etc/ssl/certs/ca-certificates.crt"));
  EXPECT_THAT(authority_places().others, Contains("/etc/pki/tls/certs/ca-bundle.crt"));
  for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    const SetVariable chosen(name, "/nowhere");
    EXPECT_THAT(authority_places().others, IsEmpty()) << name;
  }
}

}  // namespace
}  // namespace adomcp::net
