#pragma once

#include <string_view>

namespace adomcp::azure_devops {

enum class ResponseVerdict {
  kGood,
  kBroken,        ///< not JSON
  kOtherProject,  ///< names a project with another id
};

/// Reads a JSON answer once, without keeping it, and checks the project that it or an element of
/// its `value` list says it belongs to: an object `project`, `projectReference` or `teamProject`
/// with an `id`. Deeper mentions are references to other things and aren't looked at.
ResponseVerdict check_response(std::string_view json, std::string_view project_id);

}  // namespace adomcp::azure_devops
