#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/http_message.h"

namespace adomcp::http {

HttpResponse text_answer(std::string body);
HttpResponse json_answer(const nlohmann::ordered_json& body);

/// 405; `allow`: the methods that the path has, as in an Allow header.
HttpResponse not_allowed(const char* allow);

}  // namespace adomcp::http
