#pragma once

#include <string>
#include <vector>

#include "config/forms.h"
#include "config/yaml_reader.h"

// Lists of patterns that a block of a project names things with. A variable may hold several, with
// commas between.

namespace adomcp::config {

inline std::vector<std::string> read_pipelines(const Field& field) {
  return field.texts_or_variable(is_pipeline_pattern,
                                 "a pipeline's id or a name pattern like \"deploy-*\"");
}

inline std::vector<std::string> read_branches(const Field& field) {
  return field.texts_or_variable(is_branch_pattern, "a branch pattern like main or \"release/*\"");
}

/// Of runs that are there: those of pull requests and tags too.
inline std::vector<std::string> read_run_branches(const Field& field) {
  return field.texts_or_variable(is_reference_pattern,
                                 "a branch pattern like main, \"release/*\" or \"refs/pull/*\"");
}

inline std::vector<std::string> read_stages(const Field& field) {
  return field.texts_or_variable(is_stage_pattern,
                                 "a stage as the YAML names it, or a pattern like \"Deploy_*\"");
}

inline std::vector<std::string> read_environments(const Field& field) {
  return field.texts_or_variable(is_environment_pattern,
                                 "an environment's name or a pattern like \"*-staging\"");
}

}  // namespace adomcp::config
