#include "mcp/wire/era.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/wire/headers.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kRevisionKey[] = "io.modelcontextprotocol/protocolVersion";
constexpr char kClientInfoKey[] = "io.modelcontextprotocol/clientInfo";
constexpr char kCapabilitiesKey[] = "io.modelcontextprotocol/clientCapabilities";

RpcError bad_request(int code, std::string message) {
  return {400, code, std::move(message), nullptr};
}

/// The message names the supported ones first: clients take the first revision that they find.
RpcError unsupported(const std::string& requested) {
  std::string message = "Unsupported protocol version. Supported: ";
  for (const auto& revision : supported_revisions()) {
    message += revision.get_ref<const std::string&>() + ", ";
  }
  message.replace(message.size() - 2, 2, ". Requested: '" + shown_name(requested) + "'.");
  return {400,
          -32022,
          std::move(message),
          {{"supported", supported_revisions()}, {"requested", shown_name(requested)}}};
}

/// Revisions are dates, so that newer ones compare greater.
bool is_modern_revision(std::string_view revision) {
  if (revision.size() != kModernRevision.size()) return false;
  for (std::size_t i = 0; i < revision.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? revision[i] != '-' : revision[i] < '0' || revision[i] > '9') return false;
  }
  return revision >= kModernRevision;
}

std::variant<Era, RpcError> detect_legacy(const Request& request,
                                          const std::optional<std::string>& header) {
  if (!header || header->empty()) return Era::kLegacy;
  if (*header == kModernRevision) {
    if (request.method == "initialize") {
      return bad_request(-32020,
                         "Header mismatch: MCP-Protocol-Version names a revision without "
                         "initialize; leave the header out or send the revision in _meta");
    }
    return bad_request(-32602, std::string("Invalid params: _meta must carry ") + kRevisionKey +
                                   " and " + kCapabilitiesKey);
  }
  // initialize negotiates in its body; what else the header says doesn't matter there.
  if (request.method == "initialize" || is_legacy_revision(*header)) return Era::kLegacy;
  return unsupported(*header);
}

std::optional<RpcError> check_envelope(const json& meta) {
  const auto refuse = [](const char* key, const char* type) {
    return bad_request(-32602,
                       std::string("Invalid params: _meta must carry ") + key + " as " + type);
  };
  if (!member(meta, kRevisionKey)->is_string()) return refuse(kRevisionKey, "a string");
  const json* capabilities = member(meta, kCapabilitiesKey);
  if (capabilities == nullptr || !capabilities->is_object()) {
    return refuse(kCapabilitiesKey, "an object");
  }
  const json* client = member(meta, kClientInfoKey);
  if (client != nullptr && !client->is_object()) return refuse(kClientInfoKey, "an object");
  return std::nullopt;
}

}  // namespace

bool is_legacy_revision(std::string_view revision) {
  return revision == "2025-11-25" || revision == "2025-06-18" || revision == "2025-03-26";
}

bool claims_revision(const Request& request) {
  const json* meta = member(request.params, "_meta");
  return meta != nullptr && member(*meta, kRevisionKey) != nullptr;
}

bool names_no_modern_revision(const Request& request, const HttpRequest& http_request) {
  if (claims_revision(request)) return false;
  const auto header = http_request.header("MCP-Protocol-Version");
  return !header || !is_modern_revision(*header);
}

const json& supported_revisions() {
  static const json revisions = {"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"};
  return revisions;
}

std::variant<Era, RpcError> detect_era(const Request& request, const HttpRequest& http_request) {
  const auto header = http_request.header("MCP-Protocol-Version");
  const json* meta = member(request.params, "_meta");
  const json* claim = meta == nullptr ? nullptr : member(*meta, kRevisionKey);
  const bool handshake = request.method == "initialize";
  if (claim == nullptr || (handshake && !claim->is_string())) return detect_legacy(request, header);

  if (auto error = check_envelope(*meta)) return *error;
  const auto revision = claim->get<std::string>();
  if (auto error = check_standard_headers(request, revision, http_request)) return *error;
  if (revision != kModernRevision) return unsupported(revision);
  return Era::kModern;
}

}  // namespace adomcp::mcp
