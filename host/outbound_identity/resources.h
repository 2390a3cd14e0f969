#pragma once

#include <string>
#include <string_view>

// What tokens are asked for: the `resource` of managed identities and of `az`; with "/.default"
// behind it, the scope of token endpoints.

namespace adomcp::outbound_identity {

/// Application id of Azure DevOps in every tenant.
inline constexpr std::string_view kAzureDevOpsResource = "499b84ac-1321-427f-aa17-267ca6975798";
inline constexpr std::string_view kMonitorResource = "https://monitor.azure.com/";
inline constexpr std::string_view kStorageResource = "https://storage.azure.com/";
inline constexpr std::string_view kGraphResource = "https://graph.microsoft.com/";
/// What an application's federated credential expects as audience.
inline constexpr std::string_view kTokenExchangeResource = "api://AzureADTokenExchange";

/// The scope that means `resource`. A resource's own slash stays, so that two follow each other:
/// Entra takes off "/.default" and compares the rest as it is.
inline std::string default_scope(std::string_view resource) {
  return std::string(resource) + "/.default";
}

}  // namespace adomcp::outbound_identity
