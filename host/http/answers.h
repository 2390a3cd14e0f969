#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/exchange.h"

namespace adomcp::http {

Answer text_answer(std::string body);
Answer json_answer(const nlohmann::ordered_json& body);

/// 405; `allow`: the methods that the path has, as in an Allow header.
Answer not_allowed(const char* allow);

}  // namespace adomcp::http
