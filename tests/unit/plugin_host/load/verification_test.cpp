#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "core/text.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/load/catalog_builder.h"
#include "plugin_host/load/file_trust.h"
#include "plugin_host/load/inspect.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/load/private_copy.h"
#include "plugin_host/load/signature.h"
#include "support/file_size_limit.h"
#include "unit/plugin_host/fixture.h"

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder only we may write to, with a copy of the zoo's echo in it.
class Verification : public testing::Test {
 protected:
  Verification() {
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
    fs::copy_file(zoo_file("echo"), library_);
    fs::permissions(library_, fs::perms(0755));
    settings_ = animal("echo");
    settings_.library = library_;
    settings_.development = false;
    settings_.sha256 = inspect(library_)->sha256;
  }
  ~Verification() override { fs::remove_all(folder_); }

  std::string problem() {
    const auto catalog = CatalogBuilder(log_.logger(), host_api()).build({settings_});
    return catalog->problems().empty() ? "" : catalog->problems().front().message;
  }

  const std::string folder_ = fs::temp_directory_path() / ("adomcp-test-" + random_id());
  const std::string library_ = folder_ + "/echo.so";
  LogInMemory log_;
  PluginSettings settings_;
};

TEST_F(Verification, APinnedFileThatOnlyWeMayWriteIsLoaded) {
  EXPECT_EQ(problem(), "");
}

TEST_F(Verification, WithoutAPinOnlyInDevelopment) {
  const auto digest = settings_.sha256;
  settings_.sha256.clear();
  EXPECT_THAT(problem(), HasSubstr("set sha256: " + digest + ", which adomcp pin does"));
  settings_.development = true;
  EXPECT_EQ(problem(), "");
}

TEST_F(Verification, NobodyElseMayWriteTheFileOrItsFolders) {
  for (const unsigned mode : {0775U, 0757U, 0777U}) {
    ::chmod(library_.c_str(), mode);
    EXPECT_THAT(problem(), HasSubstr("others may write to it")) << mode;
  }
  EXPECT_THAT(problem(), HasSubstr("chmod go-w '" + library_ + "'"));
  ::chmod(library_.c_str(), 0755);
  ::chmod(folder_.c_str(), 0777);
  EXPECT_THAT(problem(), HasSubstr("'" + folder_ + "' has mode 0777"));
  settings_.development = true;
  EXPECT_EQ(problem(), "");
}

TEST_F(Verification, ALinkIsJudgedByWhereItLeads) {
  const std::string inner = folder_ + "/open";
  fs::create_directory(inner);
  fs::rename(library_, inner + "/echo.so");
  ::chmod(inner.c_str(), 0777);
  fs::create_symlink(inner + "/echo.so", library_);
  EXPECT_THAT(problem(), HasSubstr("'" + inner + "' has mode 0777"));
}

TEST_F(Verification, AStrangersFileIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(library_.c_str(), 12345, 0), 0);
  EXPECT_THAT(problem(), HasSubstr("belongs to user 12345"));
}

TEST_F(Verification, WhatIsLoadedIsWhatWasChecked) {
  const auto catalog = CatalogBuilder(log_.logger(), host_api()).build({settings_});
  ASSERT_THAT(catalog->problems(), IsEmpty());
  // Cut in place: a host that had mapped this file would end by SIGBUS.
  fs::resize_file(library_, 0);
  const auto* tool = catalog->find("echo");
  ASSERT_NE(tool, nullptr);
  EXPECT_FALSE(view_of(tool->plugin->descriptor().tool(0)->description).empty());
}

TEST_F(Verification, CopiesAreApartAndLeaveNothingBehind) {
  std::string one;
  std::string two;
  {
    const auto first = PrivateCopy::make(library_);
    const auto second = PrivateCopy::make(library_);
    ASSERT_TRUE(first && second);
    one = first->path();
    two = second->path();
    EXPECT_NE(one, two);
    EXPECT_EQ(read_file(one), read_file(library_));
    EXPECT_EQ(fs::status(fs::path(one).parent_path()).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(fs::path(one).parent_path()));
  EXPECT_FALSE(fs::exists(fs::path(two).parent_path()));
}

TEST_F(Verification, AnythingButAFileIsRefusedWithoutWaiting) {
  EXPECT_THAT(PrivateCopy::make(folder_).error().message, HasSubstr("not a regular file"));
  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(PrivateCopy::make(pipe).error().message, HasSubstr("not a regular file"));
  EXPECT_THAT(PrivateCopy::make(folder_ + "/none").error().message, HasSubstr("no such file"));
}

TEST_F(Verification, ACopyThatFillsTheDiskSaysSo) {
  fs::resize_file(library_, 700'000);
  // Within the first piece, between two, and within the last one.
  for (const std::uint64_t room : {0U, 1U, 262'143U, 262'144U, 300'000U, 699'999U}) {
    const testing_support::FileSizeLimit full(room);
    errno = ENOENT;  // of something before
    const auto copied = PrivateCopy::make(library_);
    ASSERT_FALSE(copied) << room;
    EXPECT_EQ(copied.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(copied.error().text(), HasSubstr("it cannot be copied: File too large")) << room;
  }
  EXPECT_TRUE(PrivateCopy::make(library_));
}

class Signed : public Verification {
 protected:
  Signed() {
    sign(key_, library_, library_ + ".sig");
    settings_.keys = {write_public(key_, "ops")};
  }
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  static Key make_key(const char* kind) {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, kind), EVP_PKEY_free};
  }
  std::string write_public(const Key& key, const std::string& name) const {
    const auto path = folder_ + "/" + name + ".pem";
    std::FILE* file = std::fopen(path.c_str(), "we");
    PEM_write_PUBKEY(file, key.get());
    std::fclose(file);
    return path;
  }
  static void sign(const Key& key, const std::string& path, const std::string& to) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
    const auto text = read_file(path);
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    std::ofstream(to, std::ios::binary) << signature;
  }
  Key key_ = make_key("ED25519");
};

TEST_F(Signed, AGoodSignatureByAnyOfTheKeysCounts) {
  EXPECT_EQ(problem(), "");
  settings_.keys.insert(settings_.keys.begin(), write_public(make_key("ED25519"), "former"));
  EXPECT_EQ(problem(), "");
}

TEST_F(Signed, AMissingCutOrForeignSignatureIsRefused) {
  fs::resize_file(library_ + ".sig", 63);
  EXPECT_THAT(problem(), HasSubstr("no Ed25519 signature of 64 bytes"));
  std::ofstream(library_ + ".sig", std::ios::binary) << std::string(65, 's');
  EXPECT_THAT(problem(), HasSubstr("no Ed25519 signature of 64 bytes"));
  fs::remove(library_ + ".sig");
  EXPECT_THAT(problem(), HasSubstr("openssl pkeyutl -sign"));
  sign(make_key("ED25519"), library_, library_ + ".sig");
  EXPECT_THAT(problem(), HasSubstr("none of the keys"));
}

TEST_F(Signed, AnotherFileUnderTheSameSignatureIsRefused) {
  std::ofstream(library_, std::ios::binary | std::ios::app) << "x";
  settings_.sha256 = inspect(library_)->sha256;
  EXPECT_THAT(problem(), HasSubstr("none of the keys"));
}

TEST_F(Signed, AKeyThatIsNoneIsSaid) {
  settings_.keys = {folder_ + "/nowhere.pem"};
  EXPECT_THAT(problem(), HasSubstr("nowhere.pem of plugin_keys cannot be read"));
  const Key ec(EVP_EC_gen("P-256"), EVP_PKEY_free);
  settings_.keys = {write_public(ec, "ec")};
  EXPECT_THAT(problem(), HasSubstr("no Ed25519 public key"));
}

}  // namespace
}  // namespace adomcp::plugin_host
