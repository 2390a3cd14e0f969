#include "deployment_list.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <utility>
#include <vector>

#include "place.h"

namespace adomcp::environments {

namespace {

constexpr std::string_view kVersion = "7.2-preview.1";  // there is no older one
constexpr std::uint64_t kPageBytes = 4U << 20U;
constexpr std::int64_t kPage = 50;          // entries of Azure's pages
constexpr std::size_t kMostAtOnce = 20;     // environments whose last deployment one call asks for
constexpr std::size_t kMostNamesTold = 10;  // where there is none of the name
constexpr std::size_t kQuotedBytes = 100;

AdoRequest request(std::string path, sdk::Query query) {
  query.add("api-version", kVersion);
  return {.path = std::move(path), .query = query.text(), .max_bytes = kPageBytes};
}

AdoRequest records_of(std::int64_t environment, std::int64_t top, const std::string& page = {}) {
  sdk::Query query;
  query.add("top", top).add_if("continuationToken", page);
  return request(
      "pipelines/environments/" + std::to_string(environment) + "/environmentdeploymentrecords",
      std::move(query));
}

AdoRequest environments(const std::string& name, const std::string& page = {}) {
  sdk::Query query;
  query.add("$top", kPage).add_if("name", name).add_if("continuationToken", page);
  return request("pipelines/environments", std::move(query));
}

/// Of a list, "not found" can't mean an entry.
Json list_from(const AdoResponse& response) {
  if (response.status != ADOMCP_NOT_FOUND) return response.json();
  throw ToolError(
      "Azure DevOps has no list of environments here: this server may not have them (older Azure "
      "DevOps Servers don't), or the project is gone. " +
          sdk::safe_text(response.error, 300),
      ADOMCP_NOT_FOUND);
}

void add_note(Deployments& out, std::string note) {
  if (!out.notes) out.notes.emplace();
  out.notes->push_back(std::move(note));
}

/// What is left of a page; a note where that is all of it again.
std::vector<Json> take_rest(const Json& page, const Place& place, Deployments& out) {
  Rest rest = rest_of(page, place);
  if (rest.anew) {
    add_note(out,
             "The entry that continuation_token names is not there (any more, or it is another "
             "list's): this page is told from its beginning, and may repeat what was told.");
  }
  return std::move(rest.list);
}

[[noreturn]] void refuse_unknown(Call& call, const std::string& wanted) {
  std::string known;
  std::size_t count = 0;
  const AdoResponse response = call.send(environments({}));
  const Json all = response.ok() ? sdk::json_from(response.body) : Json();
  for (const Json& one : sdk::list_of(all)) {
    if (count++ == kMostNamesTold) break;
    known += (known.empty() ? "" : ", ") + sdk::quoted(sdk::raw_text_of(one, "name"), kQuotedBytes);
  }
  std::string why = "The project has no environment " + sdk::quoted(wanted, kQuotedBytes) +
                    ", or its credential may not see it.";
  if (!known.empty()) why += (count > kMostNamesTold ? " Some that it has: " : " It has: ") + known;
  throw ToolError(known.empty() ? why : why + ".", ADOMCP_NOT_FOUND);
}

Json find_environment(Call& call, std::string_view given) {
  const std::string wanted(sdk::trim(given));
  if (sdk::icontains(wanted, "://")) {
    throw ToolError(
        "`environment` takes a name or an id, not a link: of a link take the number behind "
        "_environments/, and give the link's project as `project`.",
        ADOMCP_INVALID_ARGUMENT);
  }
  if (const auto id = sdk::parse_id(wanted)) {
    const auto response =
        call.send(request("pipelines/environments/" + std::to_string(*id), sdk::Query()));
    if (response.status != ADOMCP_NOT_FOUND) return response.json();
  }
  const Json named = list_from(call.send(environments(wanted)));
  for (const Json& one : sdk::list_of(named)) {
    if (sdk::iequals(sdk::raw_text_of(one, "name"), wanted)) return one;
  }
  refuse_unknown(call, wanted);
}

/// Adds what fits of a page, and tells where the next call goes on.
template <class Told, class Make>
std::optional<std::string> fill(std::vector<Told>& list, const std::vector<Json>& rest,
                                std::size_t most, const Place& place, const std::string& azure_next,
                                const Make& make) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < std::min(most, rest.size()); ++i) {
    Told one = make(i);
    bytes += sdk::json_text(json_of(one)).size() + 1;
    if (bytes > kMostAnswerBytes - 2048 && i > 0) break;
    list.push_back(std::move(one));
  }
  if (list.size() < rest.size()) return Place{place.page, list.back().id}.text();
  if (azure_next.empty()) return std::nullopt;
  return Place{azure_next, 0}.text();
}

Deployments deployments_of(Call& call, const WantedDeployments& wanted, const Place& place) {
  const Json environment = find_environment(call, *wanted.environment);
  Deployments out;
  out.environment = environment_of(environment);
  const AdoResponse response = call.send(records_of(out.environment->id, kPage, place.page));
  const std::vector<Json> rest = take_rest(response.json(), place, out);
  out.deployments.emplace();
  out.continuation_token =
      fill(*out.deployments, rest, static_cast<std::size_t>(wanted.top), place,
           response.continuation_token, [&](std::size_t i) { return deployment_of(rest[i]); });
  call.note("result_count", static_cast<std::int64_t>(out.deployments->size()));
  return out;
}

/// The last deployments, in the environments' order; nothing where there is none.
std::vector<std::optional<Deployment>> last_deployments(Call& call, const std::vector<Json>& of,
                                                        Deployments& out) {
  std::vector<AdoRequest> requests;
  requests.reserve(of.size());
  for (const Json& one : of) requests.push_back(records_of(sdk::integer_of(one, "id"), 1));
  std::vector<std::optional<Deployment>> found;
  std::string problem;
  std::size_t failed = 0;
  for (const AdoResponse& response : call.send_all(requests)) {
    found.emplace_back();
    const Json answer = response.ok() ? sdk::json_from(response.body) : Json();
    if (!answer.is_object() && !answer.is_array()) {
      if (failed++ == 0) problem = sdk::safe_text(response.error, 300);
    } else if (!sdk::list_of(answer).empty()) {
      found.back() = deployment_of(sdk::list_of(answer).front());
    }
  }
  call.check();
  if (failed > 0) {
    add_note(out, "The last deployments of " + std::to_string(failed) +
                      " environments could not be read. " + problem);
  }
  return found;
}

Deployments overview(Call& call, const WantedDeployments& wanted, const Place& place) {
  const AdoResponse response = call.send(environments({}, place.page));
  Deployments out;
  const std::vector<Json> rest = take_rest(list_from(response), place, out);
  const std::size_t most =
      std::min({static_cast<std::size_t>(wanted.top), kMostAtOnce, rest.size()});
  const auto last =
      last_deployments(call, {rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(most)}, out);
  out.environments.emplace();
  out.continuation_token =
      fill(*out.environments, rest, most, place, response.continuation_token, [&](std::size_t i) {
        Environment one = environment_of(rest[i]);
        one.last_deployment = last[i];
        return one;
      });
  call.note("result_count", static_cast<std::int64_t>(out.environments->size()));
  return out;
}

}  // namespace

Deployments list_environment_deployments(Call& call, const WantedDeployments& wanted) {
  const auto place = Place::parse(wanted.continuation_token.value_or(""));
  if (!place) {
    throw ToolError(
        "`continuation_token` is not one that this tool gave: use the one of the previous answer "
        "as it is, or leave it out for the first page.",
        ADOMCP_INVALID_ARGUMENT);
  }
  return wanted.environment ? deployments_of(call, wanted, *place) : overview(call, wanted, *place);
}

}  // namespace adomcp::environments
