#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/client_link.h"
#include "core/result.h"

// Pure: what clients can be asked and what counts as an answer. The same however they are asked:
// in rounds, over a session's stream, or by a task.

namespace adomcp::mcp {

/// The method of the request that asks: "elicitation/create", ...
std::string_view method_of(Input what);

/// Whether a client with these ClientCapabilities can be asked this; elicitations are forms.
bool can_be_asked(const nlohmann::json& capabilities, Input what);

/// The request's params. kInvalid for a key that isn't 1 to 64 of a-z, 0-9 and '_', for params that
/// lack what their method needs or are larger than 32 KiB, and for a requestedSchema that is no
/// flat object of strings, numbers, booleans and choices.
Result<nlohmann::json> read_question(const ClientLink::Question& question);

/// The schema that the answer has to fit; null when there is none. Of params that read_question
/// gave.
nlohmann::json answer_schema(Input what, const nlohmann::json& params);

/// What of the client's result is for whoever asked: members that mean nothing are left out, and
/// an elicitation has content with "accept" alone. nullopt: no answer, ask again.
std::optional<nlohmann::json> read_answer(Input what, const nlohmann::json& schema,
                                          const nlohmann::json& result);

}  // namespace adomcp::mcp
