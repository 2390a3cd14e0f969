#pragma once

#include <Poco/AutoPtr.h>

#include "core/settings.h"

namespace Poco::Net {
class Context;
}

namespace adomcp::http {

/// A server context for TLS 1.2 and newer. Throws std::runtime_error that names the file which is
/// missing, no PEM file, or doesn't fit the other.
Poco::AutoPtr<Poco::Net::Context> make_tls_context(const TlsSettings& settings);

}  // namespace adomcp::http
