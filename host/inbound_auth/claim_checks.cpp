#include "inbound_auth/claim_checks.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "core/guid.h"
#include "core/text.h"

namespace adomcp::inbound_auth {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool intersect(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& text) { return contains(b, text); });
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

/// As Entra writes ids: other texts for the same id could pass by what compares them.
bool is_lower_guid(const std::string& text) {
  return is_guid(text) && to_lower(text) == text;
}

SignInRefusal wrong_issuer(const AuthSettings& settings) {
  return invalid_token("wrong_issuer", "The token is not from " + trusted_issuer(settings) +
                                           ". Sign in there, or correct auth.issuer.");
}

/// A key of a whole cloud names its issuers by the pattern "{tenantid}". The keys come with Entra's
/// v2 metadata, so for a v1 token they name the v2 form of its issuer.
bool key_fits(std::string key_issuer, const Claims& claims, const AuthSettings& settings) {
  constexpr std::string_view kPattern = "{tenantid}";
  if (key_issuer.empty()) return true;
  const auto at = key_issuer.find(kPattern);
  if (at != std::string::npos) key_issuer.replace(at, kPattern.size(), claims.tenant_id);
  return key_issuer == claims.issuer ||
         (claims.version == "1.0" && key_issuer == trusted_issuer(settings));
}

std::optional<SignInRefusal> check_entra_issuer(const Claims& claims,
                                                const AuthSettings& settings) {
  if (!is_lower_guid(claims.tenant_id) || claims.tenant_id != settings.tenant_id) {
    return invalid_token("wrong_tenant", "The token is of another tenant than " +
                                             settings.tenant_id +
                                             ". Sign in with an account of that tenant.");
  }
  const bool v1 = claims.issuer == "https://sts.windows.net/" + settings.tenant_id + "/";
  if (!v1 && claims.issuer != trusted_issuer(settings)) return wrong_issuer(settings);
  if (claims.version != (v1 ? "1.0" : "2.0")) {
    return invalid_token("wrong_version", "The token's version and its issuer disagree.");
  }
  if (!is_lower_guid(claims.object_id)) {
    return invalid_token("malformed_claims", "The token doesn't name an object id (oid).");
  }
  return std::nullopt;
}

std::optional<SignInRefusal> check_times(const Claims& claims, const AuthSettings& settings,
                                         Clock::TimePoint time) {
  using std::chrono::duration_cast;
  const auto now = duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  const auto skew = std::max<std::int64_t>(settings.clock_skew.count(), 0);
  if (claims.expires + skew <= now) {
    return invalid_token("expired", "The token has expired. Sign in again.");
  }
  if (claims.not_before > now + skew || claims.issued_at > now + skew) {
    return invalid_token("not_yet_valid",
                         "The token is not valid yet. Compare the clocks of this server and of "
                         "the issuer; auth.clock_skew bounds the difference.");
  }
  return std::nullopt;
}

/// A token that says who signed in to an application is no key to an API. Entra's access tokens
/// always name the client, its identity tokens never do.
bool is_access_token(const Claims& claims, const AuthSettings& settings) {
  if (claims.identity_token) return false;
  return settings.provider != "entra" || !claims.client_app.empty();
}

/// The name that a token's `scp` has for a scope that is written with its API, as a URI or behind
/// the API's id. Empty for any other, and for the scopes of OpenID Connect, which everybody gets.
std::string_view short_name(std::string_view scope) {
  const auto slash = scope.rfind('/');
  const auto scheme = scope.find("://");
  const bool uri = scheme != std::string_view::npos && slash > scheme + 3;
  if (!uri && !is_guid(scope.substr(0, scope.find('/')))) return {};
  const auto name = scope.substr(slash + 1);
  constexpr std::array<std::string_view, 6> kOfEverybody = {"openid",  "profile", "email",
                                                            "address", "phone",   "offline_access"};
  const bool known =
      std::find(kOfEverybody.begin(), kOfEverybody.end(), name) != kOfEverybody.end();
  return known ? std::string_view() : name;
}

/// Whether the token holds one of the scopes. Entra's tokens name them without the API that they
/// are of: that is the audience, which is checked on its own.
bool holds_scope(const std::vector<std::string>& held, const std::vector<std::string>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& scope) {
    const auto name = short_name(scope);
    return contains(held, scope) || (!name.empty() && contains(held, std::string(name)));
  });
}

std::optional<SignInRefusal> check_rights(const Claims& claims, const AuthSettings& settings) {
  if (!is_application(claims)) {
    if (holds_scope(claims.scopes, settings.scopes)) return std::nullopt;
    return insufficient_scope(
        "missing_scope", "The token needs one of these scopes: " + listed(settings.scopes) + ".");
  }
  if (intersect(claims.roles, settings.roles)) return std::nullopt;
  if (settings.roles.empty()) {
    return insufficient_scope("missing_role",
                              "Programs may not call with a token of their own here. Sign in as a "
                              "person, or name the app roles that may call in auth.roles.");
  }
  return insufficient_scope("missing_role", "A program's own token needs one of these app roles: " +
                                                listed(settings.roles) + ".");
}

}  // namespace

std::string trusted_issuer(const AuthSettings& settings) {
  if (!settings.issuer.empty()) return settings.issuer;
  return "https://login.microsoftonline.com/" + settings.tenant_id + "/v2.0";
}

std::optional<SignInRefusal> check_issuer(const Claims& claims, const std::string& key_issuer,
                                          const AuthSettings& settings) {
  if (settings.provider == "entra") {
    if (auto refusal = check_entra_issuer(claims, settings)) return refusal;
  } else if (claims.issuer != settings.issuer) {
    return wrong_issuer(settings);
  } else if (claims.subject.empty() && claims.object_id.empty()) {
    return invalid_token("malformed_claims", "The token names nobody (sub).");
  }
  if (key_fits(key_issuer, claims, settings)) return std::nullopt;
  return invalid_token("wrong_key_issuer", "The token is signed with a key of another issuer.");
}

std::optional<SignInRefusal> check_use(const Claims& claims, const AuthSettings& settings,
                                       Clock::TimePoint now) {
  if (auto refusal = check_times(claims, settings, now)) return refusal;
  // Whatever the claim holds: who shows such a token without its proof may have stolen it.
  if (claims.bound) {
    return invalid_token("bound_token",
                         "The token is bound to a key of its holder (cnf), and no proof of it is "
                         "checked here. Ask for a plain bearer token.");
  }
  if (!intersect(claims.audiences, settings.audiences)) {
    return invalid_token("wrong_audience", "The token is for another API. Ask for one for " +
                                               listed(settings.audiences) + ".");
  }
  if (!is_access_token(claims, settings)) {
    return invalid_token("not_an_access_token",
                         "This is an identity token. Send the access token for this API.");
  }
  if (!settings.clients.empty() && !contains(settings.clients, claims.client_app)) {
    return invalid_token("wrong_client",
                         "The application that asks is not one that auth.clients lists.");
  }
  return check_rights(claims, settings);
}

}  // namespace adomcp::inbound_auth
