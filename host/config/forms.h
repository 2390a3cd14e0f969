#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// The forms that single values must have. Pure; messages are the caller's.

namespace adomcp::config {

/// Tool names and plugin ids: ^[A-Za-z0-9_.-]{1,64}$
bool is_tool_name(std::string_view text);

/// 64 hex digits, any case.
bool is_sha256(std::string_view text);

/// A name that Azure DevOps takes for an organisation, and that is one path segment.
bool is_azure_name(std::string_view text);

/// A name that Azure DevOps takes for a project, or its id. '&', '%' and letters of every script
/// are fine in it.
bool is_project_name(std::string_view text);

/// A decimal pipeline id from 1 on, or a name pattern.
bool is_pipeline_pattern(std::string_view text);

/// "main", "release/*", "refs/heads/main" or "$/Payments/*" (TFVC); no other reference.
bool is_branch_pattern(std::string_view text);

/// The same, or "refs/pull/*", "refs/tags/*": what runs that are there may be on.
bool is_reference_pattern(std::string_view text);

/// A stage as the YAML names it (letters, digits, _), or a pattern of such names.
bool is_stage_pattern(std::string_view text);

/// An environment's name, or a pattern of such names.
bool is_environment_pattern(std::string_view text);

/// A pipeline variable or template parameter: letters, digits, `_`, `.` and `-`.
bool is_variable_name(std::string_view text);

/// An environment variable's name.
bool is_environment_name(std::string_view text);

/// A tenant or client id: letters, digits, `.` and `-`, beginning with a letter or digit.
bool is_identity_id(std::string_view text);

/// A tool name that may hold `*` and `?`.
bool is_tool_pattern(std::string_view text);

/// A URI, or a template like "build://{id}/log": a scheme, then visible ASCII; no wildcard.
bool is_resource(std::string_view text);

/// A URI that may hold `*` and `?`.
bool is_resource_pattern(std::string_view text);

/// An OAuth scope (RFC 6749, section 3.3); audiences have the same form. It goes into headers.
bool is_scope(std::string_view text);

/// A whole value to compare with: short, and no pattern.
bool is_plain_value(std::string_view text);

/// 32 bytes as base64 with its padding.
bool is_key(std::string_view text);

/// An IP address, or a CIDR range that isn't everybody and has no bit after its prefix.
bool is_network(std::string_view text);

/// Name or IP address with an optional port, as in a Host header; no wildcard.
bool is_host(std::string_view text);

/// scheme://host or scheme://host:port
bool is_origin(std::string_view text);

/// 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);

/// "address:port" or "[v6]:port" -> address without brackets (localhost becomes 127.0.0.1) and
/// port; nullopt for anything that isn't an IP address or localhost.
std::optional<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text);

/// A port from 1 to 65535 in decimal digits.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// An https URL, or http for a loopback host, without user, query and fragment; its trailing
/// slashes dropped.
std::optional<std::string> parse_base_url(const std::string& text);

}  // namespace adomcp::config
