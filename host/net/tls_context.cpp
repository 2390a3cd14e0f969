#include "net/tls_context.h"

#include "net/authorities.h"

namespace adomcp::net {

Poco::Net::Context::Ptr TlsContext::get() {
  using Poco::Net::Context;
  const std::lock_guard lock(mutex_);
  if (context_.isNull()) {
    constexpr int kDepth = 9;
    // Strict, because Poco's relaxed mode skips the host name check for loopback names.
    Context::Ptr made =
        new Context(Context::TLS_CLIENT_USE, other_authorities(authority_places()),
                    Context::VERIFY_STRICT, kDepth, true, "HIGH:!aNULL:!eNULL:!MD5:!3DES");
    made->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context_.swap(made);
  }
  return context_;
}

}  // namespace adomcp::net
