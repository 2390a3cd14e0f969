#include "mcp/subscriptions/subscription_filter.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr const char* kTools = "toolsListChanged";
constexpr const char* kPrompts = "promptsListChanged";
constexpr const char* kResources = "resourcesListChanged";
constexpr const char* kUris = "resourceSubscriptions";

RpcError invalid(const std::string& problem) {
  return {200, -32602, "Invalid params: " + problem, nullptr};
}

std::optional<RpcError> read_flag(const json& given, const char* field, bool& out) {
  const auto found = given.find(field);
  if (found == given.end() || found->is_null()) return std::nullopt;
  if (!found->is_boolean()) {
    return invalid(std::string("notifications.") + field + " must be true or false");
  }
  out = found->get<bool>();
  return std::nullopt;
}

std::optional<RpcError> read_uris(const json& given, std::set<std::string>& out) {
  const auto found = given.find(kUris);
  if (found == given.end() || found->is_null()) return std::nullopt;
  const auto is_uri = [](const json& value) {
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           value.get_ref<const std::string&>().size() <= SubscriptionFilter::kMostUriBytes;
  };
  if (!found->is_array() || found->size() > SubscriptionFilter::kMostUris ||
      !std::all_of(found->begin(), found->end(), is_uri)) {
    return invalid(std::string("notifications.") + kUris + " must be a list of at most " +
                   std::to_string(SubscriptionFilter::kMostUris) + " URIs, each at most " +
                   std::to_string(SubscriptionFilter::kMostUriBytes) +
                   " bytes; open another stream for more");
  }
  for (const auto& uri : *found) out.insert(uri.get<std::string>());
  return std::nullopt;
}

}  // namespace

std::variant<SubscriptionFilter, RpcError> SubscriptionFilter::read(const json& params) {
  const auto given = params.is_object() ? params.find("notifications") : params.end();
  if (given == params.end() || !given->is_object()) {
    return invalid("notifications must be an object that says what to tell");
  }
  SubscriptionFilter out;
  if (auto error = read_flag(*given, kTools, out.tools)) return *error;
  if (auto error = read_flag(*given, kPrompts, out.prompts)) return *error;
  if (auto error = read_flag(*given, kResources, out.resources)) return *error;
  if (auto error = read_uris(*given, out.uris)) return *error;
  return out;
}

bool SubscriptionFilter::wants(Change what, const std::string& uri) const {
  switch (what) {
    case Change::kTools:
      return tools;
    case Change::kPrompts:
      return prompts;
    case Change::kResources:
      return resources;
    case Change::kResource:
      return uris.contains(uri);
  }
  return false;
}

json SubscriptionFilter::to_json() const {
  json out = json::object();
  if (tools) out[kTools] = true;
  if (prompts) out[kPrompts] = true;
  if (resources) out[kResources] = true;
  if (!uris.empty()) out[kUris] = uris;
  return out;
}

}  // namespace adomcp::mcp
