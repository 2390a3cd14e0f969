#pragma once

#include "core/settings.h"

namespace adomcp::mcp {
class ToolIndex;
}

namespace adomcp::app {

/// Which lists clients see otherwise than before.
struct ListChanges {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
};

/// Of two generations. Where lists hold only what their reader may use, other rules or projects
/// may change them all.
ListChanges list_changes(const mcp::ToolIndex& before, const Settings& running,
                         const mcp::ToolIndex& now, const Settings& wanted);

}  // namespace adomcp::app
