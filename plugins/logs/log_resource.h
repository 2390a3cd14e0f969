#pragma once

#include <adomcp/completion.hpp>
#include <adomcp/resources.hpp>
#include <string_view>

namespace adomcp::logs {

/// The host decides by organization and project where it is read, as it does with a tool's
/// arguments of these names.
constexpr std::string_view kLogTemplate =
    "ado://{organization}/{project}/run/{run_id}/log/{log_id}";

/// A log's text: cleaned, secrets masked, at most 256 KiB of its end, with a line that says so.
Contents log_of(Call& call, const ResourceRequest& wanted);

/// Proposes what stands for the template's names.
Completion complete_log(Call& call, const CompletionRequest& typed);

}  // namespace adomcp::logs
