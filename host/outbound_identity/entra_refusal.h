#pragma once

#include <string>

#include "core/result.h"

// Pure: what Entra's token endpoint says when it gives no token, as sentences that name what to
// change.

namespace adomcp::outbound_identity {

/// One refusal, as far as it may be shown.
struct EntraRefusal {
  int status = 0;
  std::string error;  ///< OAuth's word: "invalid_grant", "interaction_required", …
  int code = 0;       ///< the number in "AADSTS65001"; 0: none
  std::string said;   ///< the first sentences of the description, without anything like a token
};

EntraRefusal read_refusal(int status, const std::string& body);

/// An application or its identity wasn't accepted: the configuration is wrong.
Error explain_application(const EntraRefusal& refusal);

/// The same for a token in a person's name. kDenied when it is theirs or an administrator's to
/// change, kUnavailable when it is the configuration.
Error explain_on_behalf_of(const EntraRefusal& refusal);

}  // namespace adomcp::outbound_identity
