#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "core/http_message.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

inline constexpr std::string_view kModernRevision = "2026-07-28";
inline constexpr std::string_view kNewestLegacyRevision = "2025-11-25";

bool is_legacy_revision(std::string_view revision);

/// Whether nothing in the request, `_meta` or header, names a revision without sessions.
bool names_no_modern_revision(const Request& request, const HttpRequest& http_request);

/// Whether `_meta` names a revision, as only modern requests do.
bool claims_revision(const Request& request);

/// All revisions served, newest first, as a JSON array.
const nlohmann::json& supported_revisions();

/// Which era a request belongs to, or why it can't be served. The body decides; headers only
/// confirm. In the modern era this checks, in this order: the envelope in `_meta` (-32602), the
/// headers that mirror the body where there are any (-32020), the revision (-32022); each with HTTP
/// status 400.
std::variant<Era, RpcError> detect_era(const Request& request, const HttpRequest& http_request);

}  // namespace adomcp::mcp
