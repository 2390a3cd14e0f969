#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.h"

// What the lists of a trigger block and of an access rule match.

namespace adomcp::policy {

/// A pipeline as lists may name it. Refers to its owner's texts.
struct PipelineRef {
  std::int64_t id;
  std::string_view name;
  std::string_view folder;
};
inline PipelineRef pipeline_of(const RunPipelineWrite& write) {
  return {write.pipeline_id, write.pipeline_name, write.folder};
}

/// "\\release\\deploy-api"; in the root folder just the name.
std::string full_name(const PipelineRef& pipeline);

/// An entry of digits is an id, "*" every pipeline. One without a folder is a pattern for the name
/// of a pipeline in the root folder; "\\release\\deploy-*" (or "/release/deploy-*") matches in that
/// folder alone. * and ? stay within one folder's name; "**" in a folder's place is any number of
/// folders. Any case.
bool pipeline_listed(const PipelineRef& pipeline, const std::vector<std::string>& patterns);
inline bool pipeline_listed(const RunPipelineWrite& write,
                            const std::vector<std::string>& patterns) {
  return pipeline_listed(pipeline_of(write), patterns);
}

/// pipeline_listed's careful twin, for lists that ask for more: a pattern without a folder matches
/// the name in every folder, and wildcards reach into the folders below.
bool pipeline_protected(const RunPipelineWrite& write, const std::vector<std::string>& patterns);

/// Whether an entry names one pipeline by its name: no id, no wildcard.
bool names_one_pipeline(const std::string& pattern);

/// Patterns are git branches unless they start with "refs/" or, for TFVC, with "$/". A wildcard
/// never reaches from one kind into another: refs/* is no way to tags, * none to TFVC.
bool branch_listed(const std::string& branch, const std::vector<std::string>& patterns);

/// branch_listed's careful twin, for lists that ask for more: any case, any kind of reference.
bool branch_protected(const std::string& branch, const std::vector<std::string>& patterns);

/// The first name that isn't allowed, in any case; null when all are.
const std::string* first_unlisted(const std::vector<std::string>& names,
                                  const std::vector<std::string>& allowed);

}  // namespace adomcp::policy
