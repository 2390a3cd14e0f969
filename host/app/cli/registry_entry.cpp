#include "app/cli/registry_entry.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/text.h"

namespace adomcp::app {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr const char* kSchema =
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
constexpr const char* kOfficial = "io.modelcontextprotocol.registry/official";
constexpr const char* kServer = "adomcp";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool holds_only(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

/// Of a registry's name: two characters at least, and the outer ones are letters or digits.
bool is_part(std::string_view text, std::string_view others) {
  return text.size() >= 2 && holds_only(text, others) && is_letter_or_digit(text.front()) &&
         is_letter_or_digit(text.back());
}

/// "https://mcp.example.com:8443/x" is "mcp.example.com"; of an IPv6 address it has a part that is
/// no domain.
std::string_view host_of(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  url = url.substr(0, url.find('/'));
  return url.substr(0, url.find(':'));
}

/// The labels of a domain, last one first; empty for what is none, such as an address.
std::vector<std::string_view> labels_from_the_end(std::string_view host) {
  std::vector<std::string_view> out;
  while (!host.empty()) {
    const auto dot = host.rfind('.');
    const auto label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (!holds_only(label, "-")) return {};
    out.push_back(label);
    if (dot == 0) return {};
    host = dot == std::string_view::npos ? std::string_view() : host.substr(0, dot);
  }
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool address =
      !out.empty() && std::all_of(out.front().begin(), out.front().end(), is_digit);
  return out.size() < 2 || address ? std::vector<std::string_view>() : out;
}

std::optional<std::string> name_from(std::string_view public_url) {
  const std::string host = to_lower(host_of(public_url));
  std::string out;
  for (const auto label : labels_from_the_end(host)) {
    out += (out.empty() ? "" : ".") + std::string(label);
  }
  if (out.empty()) return std::nullopt;
  return out + '/' + kServer;
}

bool may_start_runs(const Settings& settings) {
  if (settings.access.read_only) return false;
  for (const auto& organization : settings.organizations) {
    for (const auto& project : organization.projects) {
      if (project.trigger && !project.trigger->pipelines.empty()) return true;
    }
  }
  return false;
}

}  // namespace

bool is_registry_name(std::string_view name) {
  if (name.size() > kLongestName) return false;
  const auto slash = name.find('/');
  return slash != std::string_view::npos && is_part(name.substr(0, slash), ".-") &&
         is_part(name.substr(slash + 1), "._-");
}

Result<RegistryEntry> registry_entry(const Settings& settings, const std::string& name,
                                     const std::string& version) {
  const std::string& public_url = settings.server.public_url;
  if (public_url.empty()) {
    return Error{ErrorCode::kInvalid, "server.public_url is not set.",
                 "A registry tells clients where the server is, so it must be there."};
  }
  if (!name.empty() && !is_registry_name(name)) {
    return Error{ErrorCode::kInvalid, "--name must be like com.example/adomcp.",
                 "Letters, digits, dots and dashes, one slash; 200 characters at most."};
  }
  const auto own = name.empty() ? name_from(public_url) : name;
  if (!own || !is_registry_name(*own)) {
    return Error{ErrorCode::kInvalid, "The host of server.public_url is no domain to name it by.",
                 "Give a name: --name com.example/adomcp."};
  }
  const std::string about = "Azure DevOps pipelines: runs, why they failed, logs, deployments. ";
  return RegistryEntry{*own, public_url + "/mcp", version,
                       about + (may_start_runs(settings) ? "May start runs." : "Only reads.")};
}

nlohmann::json server_json(const RegistryEntry& entry) {
  const nlohmann::json remote = {{"type", "streamable-http"}, {"url", entry.url}};
  return {{"$schema", kSchema},
          {"name", entry.name},
          {"title", "Azure DevOps pipelines"},
          {"description", entry.description},
          {"version", entry.version},
          {"remotes", nlohmann::json::array({remote})}};
}

nlohmann::json registry_list(const RegistryEntry& entry) {
  const nlohmann::json of_registry = {{"status", "active"}, {"isLatest", true}};
  const nlohmann::json server = {{"server", server_json(entry)},
                                 {"_meta", {{kOfficial, of_registry}}}};
  return {{"servers", nlohmann::json::array({server})}, {"metadata", {{"count", 1}}}};
}

nlohmann::json vscode_servers(const RegistryEntry& entry) {
  const std::string server = entry.name.substr(entry.name.find('/') + 1);
  return {{"servers", {{server, {{"type", "http"}, {"url", entry.url}}}}}};
}

}  // namespace adomcp::app
