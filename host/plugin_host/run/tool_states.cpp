#include "plugin_host/run/tool_states.h"

#include "plugin_host/tool_guard.h"

namespace adomcp::plugin_host {
namespace {

std::string_view word(BreakerState state) {
  switch (state) {
    case BreakerState::kClosed:
      return "closed";
    case BreakerState::kHalfOpen:
      return "half_open";
    case BreakerState::kOpen:
      return "open";
  }
  return "open";
}

}  // namespace

std::vector<observe::ToolState> tool_states(const Catalog& catalog) {
  std::vector<observe::ToolState> states;
  for (const auto& [name, tool] : catalog.tools()) {
    const GuardState state = tool.guard->state();
    states.push_back({name, word(state.breaker), state.in_flight, state.hung});
  }
  return states;
}

}  // namespace adomcp::plugin_host
