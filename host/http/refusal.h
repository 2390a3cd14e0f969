#pragma once

#include <string_view>

#include "core/http_message.h"

namespace adomcp::http {

/// An answer that says no: a JSON-RPC error object without an id, because at this point nobody has
/// read one. `message` says which setting or which part of the request to change.
HttpResponse refuse(int status, std::string_view message);

}  // namespace adomcp::http
