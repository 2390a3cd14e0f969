#include "mcp/catalog/listing.h"

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "policy/toolset.h"

namespace adomcp::mcp {
namespace {

using Keep = std::function<bool(const Operation&)>;

const char* key_of(Listed what) {
  switch (what) {
    case Listed::kTools:
      return R"("tools":)";
    case Listed::kPrompts:
      return R"("prompts":)";
    case Listed::kResources:
      return R"("resources":)";
    case Listed::kTemplates:
      break;
  }
  return R"("resourceTemplates":)";
}

std::string some(Listed what, const Snapshot& snapshot, const Keep& keep) {
  const auto& plugins = *snapshot.plugins;
  if (what == Listed::kTools) {
    return snapshot.tools->list(
        [&](const ToolIndex::Entry& entry) { return keep(entry.operation()); });
  }
  if (what == Listed::kPrompts) return plugins.prompts().list(keep);
  return what == Listed::kResources ? plugins.resources().list(keep)
                                    : plugins.resources().templates(keep);
}

/// What a client sees that asks for nothing else.
std::string whole(Listed what, const Snapshot& snapshot) {
  const auto& plugins = *snapshot.plugins;
  const auto& access = snapshot.policy->access;
  if (what == Listed::kPrompts) return plugins.prompts().list();
  if (what == Listed::kResources) return plugins.resources().list();
  if (what == Listed::kTemplates) return plugins.resources().templates();
  if (access.toolsets.empty()) return snapshot.tools->list();
  return some(what, snapshot,
              [&](const Operation& operation) { return policy::is_shown(operation, {}, access); });
}

/// Whether a page after the first is asked for. null and "" ask for none.
bool asks_for_more(const Request& request) {
  if (!request.params.is_object()) return false;
  const auto cursor = request.params.find("cursor");
  if (cursor == request.params.end() || cursor->is_null()) return false;
  return !cursor->is_string() || !cursor->get_ref<const std::string&>().empty();
}

Reply no_such_page() {
  constexpr int kInvalidParams = -32602;
  return {{},
          RpcError{200, kInvalidParams,
                   "Invalid params: the list has one page, so no cursor is valid", nullptr}};
}

bool is_shown(const RequestContext& context, const Operation& operation) {
  return policy::is_shown(operation, context.restriction, context.snapshot->policy->access);
}

bool is_allowed(const RequestContext& context, const Operation& operation) {
  return policy::decide_operation(context.principal(), operation, context.restriction,
                                  *context.snapshot->policy)
      .allowed;
}

}  // namespace

Reply list_offers(Listed what, const ResultWriter& writer, const RequestContext& context) {
  if (asks_for_more(context.request)) return no_such_page();
  const auto era = context.request.era;
  const auto& snapshot = *context.snapshot;
  if (!snapshot.hide_denied && !context.restriction.narrows()) {
    return {writer.cacheable(era, key_of(what) + whole(what, snapshot)), std::nullopt};
  }
  const auto usable = [&](const Operation& operation) {
    return is_shown(context, operation) && is_allowed(context, operation);
  };
  return {writer.uncacheable(era, key_of(what) + some(what, snapshot, usable)), std::nullopt};
}

Reply list_tools_with_apps(const ResultWriter& writer, const RequestContext& context) {
  if (asks_for_more(context.request)) return no_such_page();
  const auto& snapshot = *context.snapshot;
  const bool narrowed = snapshot.hide_denied || context.restriction.narrows();
  const auto keep = [&](const ToolIndex::Entry& entry) {
    const auto operation = entry.operation();
    return is_shown(context, operation) && (!narrowed || is_allowed(context, operation));
  };
  const auto readable = [&](const std::string& uri) {
    const auto* const found = snapshot.plugins->resources().find_declared(uri);
    return found != nullptr && is_app(*found->resource) &&
           may_read(snapshot, context.principal(), context.restriction, uri);
  };
  const auto list = snapshot.tools->list_with_apps(keep, readable);
  return {writer.uncacheable(context.request.era, key_of(Listed::kTools) + list), std::nullopt};
}

bool may_read(const Snapshot& snapshot, const Principal& principal,
              const policy::Restriction& restriction, const std::string& uri) {
  const auto found = snapshot.plugins->resources().find(uri);
  if (found.entry == nullptr) return false;
  return policy::decide_operation(principal, found.entry->operation(uri), restriction,
                                  *snapshot.policy)
      .allowed;
}

}  // namespace adomcp::mcp
