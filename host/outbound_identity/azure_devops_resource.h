#pragma once

#include <string_view>

namespace adomcp::outbound_identity {

/// Application id of Azure DevOps in every tenant: what tokens are asked for.
inline constexpr std::string_view kAzureDevOpsResource = "499b84ac-1321-427f-aa17-267ca6975798";

}  // namespace adomcp::outbound_identity
