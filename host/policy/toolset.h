#pragma once

#include <string_view>

#include "core/operation.h"
#include "policy/access.h"
#include "policy/restriction.h"

namespace adomcp::policy {

/// The toolset that the list of tools shows to a client which names none. Without one of that name
/// it shows all.
constexpr std::string_view kDefaultToolset = "default";

/// Whether one of the restriction's toolsets holds the operation: by the name of a toolset, or by
/// the id of its plugin. True where it names none. A completion goes with what is completed.
bool in_toolsets(const Operation& operation, const Restriction& restriction, const Access& access);

/// Whether the list of tools shows it: a client that names toolsets or tools sees those, others the
/// default toolset. What isn't shown may be called all the same.
bool is_shown(const Operation& operation, const Restriction& restriction, const Access& access);

}  // namespace adomcp::policy
