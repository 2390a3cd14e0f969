#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

// Pure: the one write, as a type. What isn't in it can't be sent.

namespace adomcp::azure_devops {

struct RunVariable {
  std::string value;
  bool is_secret = false;
};

/// The body of `POST pipelines/{id}/runs` and `POST pipelines/{id}/preview`.
struct RunPipelineBody {
  std::string branch;   ///< full reference or TFVC path; empty: the pipeline's default branch
  std::string version;  ///< the commit that the host pins; never read from a tool's body
  std::map<std::string, std::string> template_parameters;
  std::map<std::string, RunVariable> variables;
  std::vector<std::string> stages_to_skip;
  bool preview = false;
};

/// Reads a body as a tool wrote it. Unknown members, other resources, a pinned commit (which no
/// branch rule could hold for), yamlOverride and a branch that isn't clear are refused; the branch
/// is named in full, as adomcp/branches.hpp has it; booleans and numbers among parameters become
/// text.
Result<RunPipelineBody> parse_run_body(std::string_view json);

/// The body again, made of nothing but the struct.
std::string to_json(const RunPipelineBody& body);

}  // namespace adomcp::azure_devops
