#include "inbound_auth/easy_auth.h"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/text.h"
#include "inbound_auth/refusal.h"

namespace adomcp::inbound_auth {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxHeader = std::size_t{64} * 1024;

// The platform writes claims by their short names or by the names that .NET gives them.
constexpr auto kObjectId = {"oid", "http://schemas.microsoft.com/identity/claims/objectidentifier"};
constexpr auto kTenant = {"tid", "http://schemas.microsoft.com/identity/claims/tenantid"};
constexpr auto kSubject = {"sub",
                           "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"};

SignInRefusal missing() {
  return invalid_token("easyauth_missing",
                       "The platform's X-MS-CLIENT-PRINCIPAL headers are missing. Turn App Service "
                       "authentication on, or set auth.mode: bearer.");
}

SignInRefusal malformed() {
  return invalid_token("easyauth_malformed",
                       "The header X-MS-CLIENT-PRINCIPAL is not the platform's. Check that nothing "
                       "between the platform and this server changes it.");
}

SignInRefusal mismatch() {
  return invalid_token("easyauth_mismatch",
                       "The platform and the token name different callers. Check that requests "
                       "reach this server through the platform alone.");
}

/// The values of the claims with one of `names`; nullopt when the list is malformed.
template <typename Names>
std::optional<std::vector<std::string>> values(const json& claims, const Names& names) {
  std::vector<std::string> out;
  for (const auto& claim : claims) {
    if (!claim.is_object() || !claim.contains("typ") || !claim.contains("val")) return std::nullopt;
    if (!claim["typ"].is_string() || !claim["val"].is_string()) return std::nullopt;
    const auto type = text_at(claim, "typ");
    if (std::find(names.begin(), names.end(), type) == names.end()) continue;
    out.emplace_back(text_at(claim, "val"));
  }
  return out;
}

bool all_are(const std::vector<std::string>& found, const std::string& expected) {
  return std::all_of(found.begin(), found.end(),
                     [&](const auto& value) { return value == expected; });
}

std::optional<SignInRefusal> compare_claims(const json& claims, const Principal& principal) {
  auto ids = values(claims, kObjectId);
  const auto subjects = values(claims, kSubject);
  const auto tenants = values(claims, kTenant);
  if (!ids || !subjects || !tenants) return malformed();
  // Other providers than Entra have no object id; the principal's is then their subject.
  if (ids->empty()) ids = subjects;
  if (ids->empty() || !all_are(*ids, principal.object_id)) return mismatch();
  if (!all_are(*tenants, principal.tenant_id)) return mismatch();
  return std::nullopt;
}

std::optional<SignInRefusal> compare(const HeaderLookup& header, const Principal& principal,
                                     const std::string& provider) {
  const auto encoded = header("X-MS-CLIENT-PRINCIPAL");
  const auto id = header("X-MS-CLIENT-PRINCIPAL-ID");
  const auto service = header("X-MS-CLIENT-PRINCIPAL-IDP");
  if (!encoded && !id) return missing();
  if (id && *id != principal.object_id) return mismatch();
  if (provider == "entra" && service && !iequals(*service, "aad")) return mismatch();
  if (!encoded) return std::nullopt;
  if (encoded->size() > kMaxHeader) return malformed();
  const auto text = base64_decode(*encoded);
  const auto object = text ? parse_strict_object(*text, kMaxHeader) : std::nullopt;
  if (!object || !object->contains("claims") || !(*object)["claims"].is_array()) return malformed();
  return compare_claims((*object)["claims"], principal);
}

}  // namespace

std::variant<Caller, SignInRefusal> EasyAuth::authenticate(const HeaderLookup& header) const {
  auto answer = bearer_->authenticate(header);
  const auto* caller = std::get_if<Caller>(&answer);
  if (!caller) return answer;
  auto refusal = compare(header, caller->principal, provider_);
  if (!refusal) return answer;
  refusal->principal = caller->principal;
  return *std::move(refusal);
}

}  // namespace adomcp::inbound_auth
