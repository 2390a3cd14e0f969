#include "inbound_auth/principal_reader.h"

#include <algorithm>
#include <utility>

namespace adomcp::inbound_auth {
namespace {

constexpr std::chrono::seconds kLookupTime{5};
constexpr std::chrono::seconds kRetryAfter{10};

}  // namespace

Principal read_principal(const Claims& claims) {
  Principal principal;
  principal.object_id = claims.object_id.empty() ? claims.subject : claims.object_id;
  principal.tenant_id = claims.tenant_id;
  principal.user_name = claims.user_name.empty() ? principal.object_id : claims.user_name;
  principal.client_app = claims.client_app;
  principal.application = is_application(claims);
  principal.groups = claims.groups;
  principal.roles = claims.roles;
  principal.scopes = claims.scopes;
  return principal;
}

Checked<Principal> read_principal_with_groups(const Claims& claims, const GroupLookup& lookup) {
  Principal principal = read_principal(claims);
  if (!claims.groups_elsewhere) return principal;
  if (!lookup) {
    auto refusal = insufficient_scope(
        "groups_overage",
        "You are in more groups than a token can list. Let the rules name app roles instead of "
        "groups and take the groups claim out of the app registration, or set auth.graph.");
    refusal.principal = std::move(principal);
    return refusal;
  }
  auto groups = lookup(principal, Deadline::after(kLookupTime));
  if (groups) {
    principal.groups = std::move(groups).value();
    return principal;
  }
  auto refusal = try_later("groups_unavailable",
                           "Your groups can't be looked up now: " + groups.error().text(),
                           std::max(groups.error().retry_after, kRetryAfter));
  refusal.principal = std::move(principal);
  return refusal;
}

}  // namespace adomcp::inbound_auth
