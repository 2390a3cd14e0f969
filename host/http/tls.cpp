#include "http/tls.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <openssl/ssl.h>

#include <fstream>
#include <stdexcept>

namespace adomcp::http {
namespace {

void require_readable(const char* key, const std::string& file) {
  if (!std::ifstream(file)) {
    throw std::runtime_error(std::string("server.tls.") + key + ": can't read " + file);
  }
}

}  // namespace

Poco::AutoPtr<Poco::Net::Context> make_tls_context(const TlsSettings& settings) {
  using Poco::Net::Context;
  require_readable("certificate", settings.certificate);
  require_readable("key", settings.key);
  Context::Params params;
  params.certificateFile = settings.certificate;
  params.privateKeyFile = settings.key;
  params.verificationMode = Context::VERIFY_NONE;
  params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";
  Poco::AutoPtr<Context> context;
  try {
    context = new Context(Context::TLS_SERVER_USE, params);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("server.tls: " + error.displayText());
  }
  if (SSL_CTX_check_private_key(context->sslContext()) != 1) {
    throw std::runtime_error("server.tls: the key " + settings.key + " doesn't belong to " +
                             settings.certificate);
  }
  return context;
}

}  // namespace adomcp::http
