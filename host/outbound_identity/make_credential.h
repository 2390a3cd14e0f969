#pragma once

#include <memory>

#include "core/clock.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// The credential that an organisation's settings ask for, cached unless it is an environment
/// variable. `clock` must outlive it.
std::unique_ptr<Credential> make_credential(const CredentialSettings& settings, const Clock& clock);

}  // namespace adomcp::outbound_identity
