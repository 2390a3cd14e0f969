#include "outbound_identity/entra_refusal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/json.h"
#include "core/text.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
namespace {

using nlohmann::json;

enum class Cause {
  kConsent,      ///< nobody allowed the application to ask in people's names
  kMoreProof,    ///< conditional access: a second factor, a managed device, …
  kExpired,      ///< the sign-in is over or was revoked
  kWrongToken,   ///< the person's token isn't one for this application
  kNotAllowed,   ///< the person may not use the application
  kFederation,   ///< the application doesn't trust the identity that vouches for it
  kApplication,  ///< no such application or tenant
  kOther,
};

struct Known {
  int code;
  Cause cause;
};

constexpr std::array kKnown = {
    Known{65001, Cause::kConsent},      Known{65004, Cause::kConsent},
    Known{90094, Cause::kConsent},      Known{650057, Cause::kConsent},
    Known{50005, Cause::kMoreProof},    Known{50074, Cause::kMoreProof},
    Known{50076, Cause::kMoreProof},    Known{50079, Cause::kMoreProof},
    Known{50097, Cause::kMoreProof},    Known{50158, Cause::kMoreProof},
    Known{53000, Cause::kMoreProof},    Known{53001, Cause::kMoreProof},
    Known{53003, Cause::kMoreProof},    Known{50132, Cause::kExpired},
    Known{50133, Cause::kExpired},      Known{50173, Cause::kExpired},
    Known{70043, Cause::kExpired},      Known{70044, Cause::kExpired},
    Known{700082, Cause::kExpired},     Known{500133, Cause::kExpired},
    Known{50013, Cause::kWrongToken},   Known{50027, Cause::kWrongToken},
    Known{500131, Cause::kWrongToken},  Known{240002, Cause::kWrongToken},
    Known{50020, Cause::kNotAllowed},   Known{50034, Cause::kNotAllowed},
    Known{50057, Cause::kNotAllowed},   Known{50105, Cause::kNotAllowed},
    Known{70021, Cause::kFederation},   Known{70025, Cause::kFederation},
    Known{50166, Cause::kFederation},   Known{700024, Cause::kFederation},
    Known{700027, Cause::kFederation},  Known{700211, Cause::kFederation},
    Known{700212, Cause::kFederation},  Known{700213, Cause::kFederation},
    Known{700222, Cause::kFederation},  Known{700223, Cause::kFederation},
    Known{700016, Cause::kApplication}, Known{90002, Cause::kApplication},
    Known{900023, Cause::kApplication}, Known{7000112, Cause::kApplication},
    Known{7000218, Cause::kFederation},
};

Cause cause_of(const EntraRefusal& refusal) {
  const auto* const found = std::find_if(
      kKnown.begin(), kKnown.end(), [&](const Known& known) { return known.code == refusal.code; });
  if (found != kKnown.end()) return found->cause;
  if (refusal.error == "consent_required") return Cause::kConsent;
  if (refusal.error == "interaction_required") return Cause::kMoreProof;
  if (refusal.error == "invalid_grant") return Cause::kExpired;
  if (refusal.error == "invalid_client") return Cause::kFederation;
  if (refusal.error == "unauthorized_client") return Cause::kApplication;
  return Cause::kOther;
}

/// The number in "AADSTS65001: …".
int code_in(std::string_view description) {
  constexpr std::string_view kMark = "AADSTS";
  const auto at = description.find(kMark);
  if (at == std::string_view::npos) return 0;
  const auto digits = description.substr(at + kMark.size());
  int code = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  return read.ec == std::errc() ? code : 0;
}

/// The part for people: what follows is for support.
std::string_view before_trace(std::string_view description) {
  for (const std::string_view mark : {"Trace ID:", "\r", "\n"}) {
    description = description.substr(0, description.find(mark));
  }
  return trim(description);
}

std::string with(const std::string& sentence, const EntraRefusal& refusal) {
  std::string said = refusal.said;
  if (said.empty()) said = refusal.error.empty() ? std::to_string(refusal.status) : refusal.error;
  return sentence + ": " + said + (said.ends_with('.') ? "" : ".");
}

constexpr const char* kFederationHint =
    "Check the federated credential of the application: its issuer, the identity's object id as "
    "its subject, and the audience api://AzureADTokenExchange.";
constexpr const char* kApplicationHint = "Check client_id and tenant_id.";

}  // namespace

EntraRefusal read_refusal(int status, const std::string& body) {
  EntraRefusal refusal;
  refusal.status = status;
  const json answer = json_from(body);
  if (!answer.is_object()) return refusal;
  refusal.error = safe_excerpt(text_at(answer, "error"));
  const std::string description = text_at(answer, "error_description");
  refusal.code = code_in(description);
  refusal.said = safe_excerpt(before_trace(description));
  return refusal;
}

Error explain_application(const EntraRefusal& refusal) {
  const bool known = cause_of(refusal) == Cause::kApplication;
  return {ErrorCode::kUnavailable,
          with("The token service did not accept this host's identity", refusal),
          known ? kApplicationHint : kFederationHint};
}

Error explain_on_behalf_of(const EntraRefusal& refusal) {
  const auto denied = [&](const char* hint) {
    return Error{ErrorCode::kDenied, with("Azure DevOps can't be asked in your name", refusal),
                 hint};
  };
  switch (cause_of(refusal)) {
    case Cause::kConsent:
      return denied(
          "An administrator has to grant this server's application the delegated permission "
          "user_impersonation of Azure DevOps, for everybody (admin consent).");
    case Cause::kMoreProof:
      return denied(
          "Sign in again: your organisation asks for more proof than this sign-in had, such as a "
          "second factor or a managed device.");
    case Cause::kExpired:
      return denied("Sign in again.");
    case Cause::kWrongToken:
      return denied(
          "Sign in again; if it stays so, client_id of on_behalf_of is not the application that "
          "people's tokens are for.");
    case Cause::kNotAllowed:
      return denied("Ask an administrator for access to this server's application.");
    case Cause::kFederation:
    case Cause::kApplication:
      return explain_application(refusal);
    case Cause::kOther:
      break;
  }
  return {ErrorCode::kUnavailable, with("The token service gave no token in your name", refusal),
          "Check on_behalf_of in the configuration."};
}

}  // namespace adomcp::outbound_identity
