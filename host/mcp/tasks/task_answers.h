#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/client_link.h"
#include "core/result.h"

namespace adomcp::mcp {

// What a task asks its client, and what may be answered. Requests are {method, params}, as MCP's
// inputRequests have them.

/// The request that a question makes. kInvalid: it is none that a client could answer.
Result<nlohmann::json> request_of(const ClientLink::Question& question);

/// What the plugin gets of `answer` as JSON text, once it fits `request`. kInvalid says what
/// doesn't fit; the answer itself is never repeated.
Result<std::string> check_answer(const nlohmann::json& request, const nlohmann::json& answer);

}  // namespace adomcp::mcp
