#pragma once

#include <adomcp/plugin.h>

#include <cstdint>
#include <string_view>

#include "azure_devops/client.h"
#include "core/result.h"

// Between plugin.h's structs and the Azure DevOps client's types.

namespace adomcp::plugin_host {

adomcp_status to_status(ErrorCode code);

/// Whether struct_size covers all that this ABI's first version had, and no more than is credible.
bool is_whole(const adomcp_ado_request& request);
bool is_whole(const adomcp_ado_response& response);

/// Copies a whole request; an error when a field is out of bounds. Its on_chunk calls back into
/// the plugin and lives as long as the plugin's function does.
Result<azure_devops::Request> to_request(const adomcp_ado_request& from);

/// Lends `from` to the plugin: its strings are borrowed, not copied.
void lend(const azure_devops::Response& from, adomcp_ado_response& to);
void lend_error(adomcp_status status, std::string_view text, adomcp_ado_response& to);

/// The same for each of them, because a plugin may look at each alone. Gives `status`, or
/// ADOMCP_INVALID_ARGUMENT when one isn't whole; then none is touched.
adomcp_status lend_error_to_all(adomcp_status status, std::string_view text,
                                adomcp_ado_response* const* responses, std::uint32_t count);

constexpr std::string_view kCallIsOver = "The call is over.";

}  // namespace adomcp::plugin_host
