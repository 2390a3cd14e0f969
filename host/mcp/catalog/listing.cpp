#include "mcp/catalog/listing.h"

#include "mcp/wire/restriction.h"

namespace adomcp::mcp {
namespace {

const char* key_of(Listed what) {
  switch (what) {
    case Listed::kPrompts:
      return R"("prompts":)";
    case Listed::kResources:
      return R"("resources":)";
    case Listed::kTemplates:
      break;
  }
  return R"("resourceTemplates":)";
}

const std::string& whole(Listed what, const PluginIndex& index) {
  if (what == Listed::kPrompts) return index.prompts().list();
  return what == Listed::kResources ? index.resources().list() : index.resources().templates();
}

std::string some(Listed what, const PluginIndex& index, const ResourceIndex::Keep& keep) {
  if (what == Listed::kPrompts) return index.prompts().list(keep);
  return what == Listed::kResources ? index.resources().list(keep)
                                    : index.resources().templates(keep);
}

}  // namespace

bool asks_for_more(const Request& request) {
  if (!request.params.is_object()) return false;
  const auto cursor = request.params.find("cursor");
  if (cursor == request.params.end() || cursor->is_null()) return false;
  return !cursor->is_string() || !cursor->get_ref<const std::string&>().empty();
}

Reply list_offers(Listed what, const ResultWriter& writer, Era era, const Request& request,
                  const Exchange& exchange, const Snapshot& snapshot) {
  if (asks_for_more(request)) {
    constexpr int kInvalidParams = -32602;
    return {{},
            RpcError{200, kInvalidParams,
                     "Invalid params: the list has one page, so no cursor is valid", nullptr}};
  }
  const auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return {{}, *error};
  const auto& restriction = std::get<policy::Restriction>(asked);
  const auto& index = *snapshot.plugins;
  if (!snapshot.hide_denied && !restriction.narrows()) {
    return {writer.cacheable(era, key_of(what) + whole(what, index)), std::nullopt};
  }
  const auto usable = [&](const Operation& operation) {
    return policy::decide_operation(exchange.principal, operation, restriction, *snapshot.policy)
        .allowed;
  };
  return {writer.uncacheable(era, key_of(what) + some(what, index, usable)), std::nullopt};
}

}  // namespace adomcp::mcp
