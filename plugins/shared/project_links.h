#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

// Pure: of which project an object is by its links. The host looks at members such as `project`,
// which approvals lack.

namespace adomcp::shared {

/// "p" of "https://dev.azure.com/contoso/p/_apis/…": what stands before the first part that begins
/// with "_", which no project does. A name or an id; empty: there is none.
std::string project_of_link(std::string_view url);

/// The projects that an approval's links name, of a pipeline's run or of a classic release.
std::vector<std::string> projects_of_approval(const nlohmann::json& approval);

}  // namespace adomcp::shared
