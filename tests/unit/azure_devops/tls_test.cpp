#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/text.h"
#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using Poco::Net::Context;
using testing::HasSubstr;

struct FileCloser {
  void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, FileCloser>;

/// Writes a self-signed certificate for `host` and its key into one PEM file.
void write_certificate(const std::filesystem::path& path, const char* host) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> cert(X509_new(), X509_free);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  X509_set_pubkey(cert.get(), key.get());
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host),
                             -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  const std::string alternative = std::string("DNS:") + host;
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(cert.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(cert.get(), key.get(), EVP_sha256());
  const File file(std::fopen(path.c_str(), "w"));
  PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_X509(file.get(), cert.get());
}

class TlsTest : public ClientTest {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    folder_ = std::filesystem::temp_directory_path() / ("adomcp-tls-" + random_id());
    std::filesystem::create_directory(folder_);
    pem_ = folder_ / "server.pem";
    write_certificate(pem_, "localhost");
  }
  void TearDown() override {
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<ScriptedServer> serve_tls(const std::string& host, bool old_protocol = false) {
    Context::Ptr tls = new Context(Context::TLS_SERVER_USE, pem_, pem_, "", Context::VERIFY_NONE);
    if (old_protocol) {
      tls->disableProtocols(Context::PROTO_TLSV1_2 | Context::PROTO_TLSV1_3);
    }
    auto serving = std::make_unique<ScriptedServer>(
        [](Peer& peer, const Received&) { peer.json(R"({"secure":true})"); }, tls);
    server_ = serving.get();
    options_.max_retries = 0;
    connect("https://" + host + ":" + std::to_string(server_->port()));
    return serving;
  }

  std::filesystem::path folder_;
  std::string pem_;
};

TEST_F(TlsTest, TrustsAnAuthorityFromTheEnvironment) {
  ::setenv("SSL_CERT_FILE", pem_.c_str(), 1);
  const auto serving = serve_tls("localhost");
  const auto response = get("build/builds");
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, R"({"secure":true})");
  EXPECT_TRUE(get("build/builds"));
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(TlsTest, RefusesAWrongHostName) {
  ::setenv("SSL_CERT_FILE", pem_.c_str(), 1);
  const auto serving = serve_tls("127.0.0.1");
  const auto refused = get("build/builds");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().text(), HasSubstr("Unacceptable certificate"));
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(TlsTest, RefusesAnUnknownAuthority) {
  const auto serving = serve_tls("localhost");
  const auto refused = get("build/builds");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().text(), HasSubstr("certificate"));
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(TlsTest, RefusesOldProtocols) {
  ::setenv("SSL_CERT_FILE", pem_.c_str(), 1);
  const auto serving = serve_tls("localhost", true);
  EXPECT_FALSE(get("build/builds"));
  EXPECT_TRUE(server_->requests().empty());
}

TEST_F(TlsTest, ASilentHandshakeEndsAtTheConnectTimeout) {
  options_.connect_timeout = std::chrono::milliseconds(100);
  const auto serving = serve([](Peer&, const Received&) {});
  options_.max_retries = 0;
  connect("https://localhost:" + std::to_string(server_->port()));
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace adomcp::azure_devops
