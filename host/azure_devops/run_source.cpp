#include "azure_devops/run_source.h"

#include <Poco/URI.h>

#include <adomcp/branches.hpp>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/guid.h"
#include "core/json.h"
#include "core/text.h"
#include "policy/wording.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::string_view kRefs = "refs/";

/// Of git, by SHA-1 or SHA-256.
bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

std::string query_part(std::string_view text) {
  std::string out;
  Poco::URI::encode(std::string(text), "/?#[]@!$&'()*+,;=%", out);
  return out;
}

bool RunSource::is_azure_git() const {
  return iequals(type, "TfsGit") && is_guid(id);
}

RunSource source_of(const json& definition) {
  const auto found = definition.is_object() ? definition.find("repository") : definition.end();
  if (found == definition.end() || !found->is_object()) return {};
  return {text_at(*found, "type"), text_at(*found, "id"), text_at(*found, "name"),
          sdk::full_branch(text_at(*found, "defaultBranch"))};
}

std::string refs_path(const RunSource& source) {
  return "git/repositories/" + source.id + "/refs";
}

std::string refs_query(const std::string& branch, const std::string& continuation_token) {
  std::string query = "filter=" + query_part(std::string_view(branch).substr(kRefs.size())) +
                      "&peelTags=true&api-version=7.1";
  if (!continuation_token.empty()) query += "&continuationToken=" + query_part(continuation_token);
  return query;
}

std::string commit_in(const json& refs, const std::string& branch) {
  const auto list = refs.is_object() ? refs.find("value") : refs.end();
  if (list == refs.end() || !list->is_array()) return {};
  for (const json& ref : *list) {
    if (text_at(ref, "name") != branch) continue;
    const std::string peeled = text_at(ref, "peeledObjectId");
    const std::string commit = to_lower(peeled.empty() ? text_at(ref, "objectId") : peeled);
    return is_commit(commit) ? commit : std::string();
  }
  return {};
}

Error no_such_branch(const RunSource& source, const std::string& branch) {
  return {ErrorCode::kInvalid,
          "Nothing was started: repository " + policy::in_quotes(source.name) + " has no branch " +
              policy::in_quotes(branch) + ".",
          "Check how it is written; case counts."};
}

}  // namespace adomcp::azure_devops
