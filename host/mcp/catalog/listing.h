#pragma once

#include "mcp/snapshot.h"
#include "mcp/wire/request_context.h"
#include "mcp/wire/result_writer.h"

// The lists of what plugins offer. The same for everybody, and so for caches to share, unless a
// header or `hide_denied` narrows them to what their reader may use. One page each.

namespace adomcp::mcp {

enum class Listed { kTools, kPrompts, kResources, kTemplates };

Reply list_offers(Listed what, const ResultWriter& writer, const RequestContext& context);

/// tools/list for a client that shows apps: each tool with the app that shows it, as far as its
/// caller may read that. So it is theirs alone, and no cache may share it.
Reply list_tools_with_apps(const ResultWriter& writer, const RequestContext& context);

/// Whether there is a resource with this URI, and rules and the caller's own headers let them have
/// it.
bool may_read(const Snapshot& snapshot, const Principal& principal,
              const policy::Restriction& restriction, const std::string& uri);

}  // namespace adomcp::mcp
