#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/http_message.h"

namespace adomcp::http {

/// An answer that says no: a JSON-RPC error object without an id, because at this point nobody has
/// read one. `message` says which setting or which part of the request to change.
HttpResponse refuse(int status, std::string_view message);

HttpResponse text_answer(std::string body);
HttpResponse json_answer(const nlohmann::ordered_json& body);

/// 405; `allow`: the methods that the path has, as in an Allow header.
HttpResponse not_allowed(const char* allow);

}  // namespace adomcp::http
