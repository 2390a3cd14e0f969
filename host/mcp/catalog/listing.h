#pragma once

#include "core/exchange.h"
#include "mcp/wire/era.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"
#include "mcp/snapshot.h"

// The lists of what plugins offer beside tools. The same for everybody, and so for caches to share,
// unless a header or `hide_denied` narrows them to what their reader may use. One page each.

namespace adomcp::mcp {

/// Whether a page after the first is asked for. null and "" ask for none.
bool asks_for_more(const Request& request);

enum class Listed { kPrompts, kResources, kTemplates };

Reply list_offers(Listed what, const ResultWriter& writer, Era era, const Request& request,
                  const Exchange& exchange, const Snapshot& snapshot);

}  // namespace adomcp::mcp
