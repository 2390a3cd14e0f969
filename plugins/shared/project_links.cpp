#include "project_links.h"

#include <adomcp/azure.hpp>
#include <adomcp/run_link.hpp>
#include <nlohmann/json.hpp>

namespace adomcp::shared {

namespace {

void add(std::string_view url, std::vector<std::string>& out) {
  std::string project = project_of_link(url);
  if (!project.empty()) out.push_back(std::move(project));
}

void add_links(const nlohmann::json& object, std::vector<std::string>& out) {
  const nlohmann::json& links = sdk::member(object, "_links");
  for (const char* key : {"self", "web"}) {
    add(sdk::raw_text_of(sdk::member(links, key), "href"), out);
  }
  add(sdk::raw_text_of(object, "url"), out);
}

}  // namespace

std::string project_of_link(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  std::string_view before;
  for (bool host = true; !rest.empty(); host = false) {
    const std::size_t end = rest.find('/');
    const std::string_view part = rest.substr(0, end);
    if (!host && !part.empty() && part.front() == '_') break;
    before = host ? std::string_view() : part;
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string out;
  sdk::detail::percent_decode(before, out);
  return out;
}

std::vector<std::string> projects_of_approval(const nlohmann::json& approval) {
  std::vector<std::string> out;
  add_links(approval, out);
  add_links(sdk::member(sdk::member(approval, "pipeline"), "owner"), out);
  for (const char* key : {"release", "releaseDefinition", "releaseEnvironment"}) {
    add_links(sdk::member(approval, key), out);
  }
  return out;
}

}  // namespace adomcp::shared
