#include "http/tls.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "core/text.h"
#include "support.h"

namespace adomcp::http::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

/// A self-signed certificate and its key in a folder of their own.
class Pem {
 public:
  Pem() : folder_(fs::temp_directory_path() / ("adomcp-" + random_id())) {
    fs::create_directory(folder_);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    const auto* name = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC, name, -1, -1,
                               0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    X509_sign(made.get(), key.get(), EVP_sha256());
    const File certificate_file(std::fopen(settings().certificate.c_str(), "w"));
    PEM_write_X509(certificate_file.get(), made.get());
    const File key_file(std::fopen(settings().key.c_str(), "w"));
    PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }
  ~Pem() { fs::remove_all(folder_); }

  TlsSettings settings() const {
    return {(folder_ / "certificate.pem").string(), (folder_ / "key.pem").string()};
  }

 private:
  fs::path folder_;
};

RawClient connect(const TestServer& server, int disabled_protocols = 0) {
  using Poco::Net::Context;
  Context::Ptr context =
      new Context(Context::TLS_CLIENT_USE, "", Context::VERIFY_NONE, 9, false, "ALL");
  if (disabled_protocols != 0) context->disableProtocols(disabled_protocols);
  return RawClient(Poco::Net::SecureStreamSocket(
      Poco::Net::SocketAddress("127.0.0.1", server.server->port()), context));
}

std::string error_of(const TlsSettings& settings) {
  try {
    make_tls_context(settings);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

TEST(Tls, ServesRequestsOverTls) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  server.start();
  RawClient client = connect(server);
  const std::string large(100000, 'x');
  EXPECT_EQ(client.send(post("1") + post("2")).receive().body, "got:1");
  EXPECT_EQ(client.receive().body, "got:2");
  EXPECT_EQ(client.send(post(large)).receive().body, "got:" + large);
  EXPECT_EQ(client.send(post_chunked("1\r\n3\r\n0\r\n\r\n")).receive().body, "got:3");
}

TEST(Tls, RefusesOldProtocols) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  server.start();
  using Poco::Net::Context;
  EXPECT_NO_THROW(connect(server, Context::PROTO_TLSV1_3));
  EXPECT_THROW(connect(server, Context::PROTO_TLSV1_3 | Context::PROTO_TLSV1_2), Poco::Exception);
}

TEST(Tls, DropsWhoeverDoesNotSpeakIt) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  server.timeouts.idle = std::chrono::milliseconds(100);
  server.start();
  RawClient plain(server.server->port());
  plain.send(request("GET /healthz"));
  EXPECT_EQ(plain.receive().status, 0);
  RawClient silent(server.server->port());
  EXPECT_TRUE(silent.closed());
  EXPECT_EQ(connect(server).send(request("GET /healthz")).receive().body, "ok");
}

TEST(Tls, DropsSlowClientsBelowTls) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  server.timeouts.read = std::chrono::milliseconds(100);
  server.start();
  RawClient client = connect(server);
  const Response response = client.send("GET / HT").receive();
  EXPECT_TRUE(response.status == 408 || response.status == 0);
  EXPECT_TRUE(client.closed());
}

TEST(Tls, SeesThatTheClientIsGone) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  std::promise<void> called;
  std::promise<bool> seen;
  server.handler = [&](const HttpRequest& http_request) {
    EXPECT_FALSE(http_request.client_gone());
    called.set_value();
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    while (!http_request.client_gone() && !until.passed()) std::this_thread::yield();
    seen.set_value(http_request.client_gone());
    return HttpResponse{200, std::string(4 << 20, 'x'), "text/plain", {}};  // provokes SIGPIPE
  };
  server.start();
  {
    RawClient client = connect(server);
    client.send(post("x"));
    called.get_future().wait();
  }
  EXPECT_TRUE(seen.get_future().get());
  server.server->stop(std::chrono::seconds(5));
}

TEST(Tls, HandshakesThatNeverEndKeepNobodyOut) {
  const Pem pem;
  TestServer server;
  server.open = false;
  server.settings.tls = pem.settings();
  server.settings.limits.connections = 16;
  server.start();
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  std::vector<RawClient> crowd;
  for (std::size_t i = 0; i < 32; ++i) {
    crowd.push_back(server.connect_from("127.0.0.2"));
    crowd.back().send(hello.substr(0, i % 12));
  }
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(connect(server).send(request("GET /healthz")).receive().body, "ok");
    RawClient good = connect(server);
    EXPECT_EQ(good.send(post("x", "Authorization: Bearer good\r\n")).receive().body, "got:x");
  }
}

TEST(Tls, HealthIsAnsweredWhileEveryConnectionIsAtWork) {
  const Pem pem;
  TestServer server;
  server.settings.tls = pem.settings();
  server.settings.limits.connections = 1;
  std::promise<void> called;
  std::promise<void> go_on;
  server.handler = [&](const HttpRequest& http_request) {
    called.set_value();
    go_on.get_future().wait();
    return echo(http_request);
  };
  server.start();
  RawClient busy = connect(server);
  busy.send(post("x"));
  called.get_future().wait();
  EXPECT_EQ(connect(server).send(request("GET /healthz")).receive().body, "ok");
  const Response refused = connect(server).send(post("y")).receive();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  go_on.set_value();
  EXPECT_EQ(busy.receive().body, "got:x");
}

TEST(Tls, BadFilesAreNamed) {
  const Pem pem;
  const Pem other;
  const TlsSettings good = pem.settings();
  EXPECT_EQ(error_of(good), "");
  EXPECT_THAT(error_of({"/nowhere/c.pem", good.key}), HasSubstr("/nowhere/c.pem"));
  EXPECT_THAT(error_of({good.certificate, "/nowhere/k.pem"}), HasSubstr("/nowhere/k.pem"));
  EXPECT_THAT(error_of({good.key, good.key}), HasSubstr(good.key));
  EXPECT_THAT(error_of({good.certificate, good.certificate}), HasSubstr(good.certificate));
  EXPECT_THAT(error_of({good.certificate, other.settings().key}), HasSubstr("belong"));
  std::ofstream(good.certificate) << "no certificate";
  EXPECT_THAT(error_of(good), HasSubstr(good.certificate));
}

}  // namespace
}  // namespace adomcp::http::testing
