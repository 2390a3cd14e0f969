#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::inbound_auth {

/// Parses one JSON object strictly: a member that is there twice, on any level, nesting deeper than
/// eight and more than `max_bytes` are refused like text that is no JSON. Of two members with one
/// name, two readers could believe different ones.
std::optional<nlohmann::json> parse_object(std::string_view text, std::size_t max_bytes);

/// A member's text; empty when it is absent or no text.
std::string_view text_member(const nlohmann::json& object, const char* name);

}  // namespace adomcp::inbound_auth
