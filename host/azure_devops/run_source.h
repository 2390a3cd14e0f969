#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"

// Pure: where a pipeline's sources lie, and which commit a branch of theirs is at.

namespace adomcp::azure_devops {

/// What a pipeline's definition says of its repository. Absent texts are empty.
struct RunSource {
  std::string type;  ///< "TfsGit", "GitHub", "Bitbucket", "TfsVersionControl", …
  std::string id;
  std::string name;
  std::string default_branch;  ///< full reference

  /// Whether Azure DevOps itself holds it as git, so that it can tell a branch's commit.
  bool is_azure_git() const;
};

/// A name or a value of a query, percent-encoded.
std::string query_part(std::string_view text);

RunSource source_of(const nlohmann::json& definition);

/// The request for the references that begin as `branch` ("refs/heads/main") does; with the token,
/// their next page.
std::string refs_path(const RunSource& source);
std::string refs_query(const std::string& branch, const std::string& continuation_token);

/// The commit that a page of references has for `branch`, and for no other that begins so; that of
/// an annotated tag is the one it stands for. Empty: not on this page.
std::string commit_in(const nlohmann::json& refs, const std::string& branch);

/// The refusal of a branch that the repository doesn't have.
Error no_such_branch(const RunSource& source, const std::string& branch);

}  // namespace adomcp::azure_devops
