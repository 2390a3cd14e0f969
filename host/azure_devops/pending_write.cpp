#include "azure_devops/pending_write.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "azure_devops/plain_literal.h"
#include "core/json.h"
#include "core/sha256.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

std::string digest_of(const policy::Target& target, const policy::RunPipelineWrite& write,
                      const RunPipelineBody& body) {
  const json all = {{"organization", target.organization},
                    {"project_id", target.project_id},
                    {"pipeline_id", write.pipeline_id},
                    {"pipeline_name", write.pipeline_name},
                    {"folder", write.folder},
                    {"body", json_from(to_json(body))}};
  return sha256_hex(json_text(all));
}

bool in_root(const policy::RunPipelineWrite& write) {
  return write.folder.find_first_not_of('\\') == std::string::npos;
}

auto backslashes(const std::string& text) {
  return std::count(text.begin(), text.end(), '\\');
}

std::string what_starts(const policy::Target& target, const policy::RunPipelineWrite& write,
                        const RunPipelineBody& body) {
  std::string out = "Start pipeline " + std::to_string(write.pipeline_id) + " " +
                    plain_literal(write.pipeline_name) + " in ";
  out += in_root(write) ? "the root folder" : "folder " + folder_literal(write.folder);
  out += " of project " + plain_literal(target.project) + " in organization " +
         plain_literal(target.organization) + " on branch " + plain_literal(body.branch);
  return out + (body.version.empty() ? " (commit not known)." : " at commit " + body.version + ".");
}

/// A list that also Markdown shows line by line.
std::string what_is_set(const RunPipelineBody& body) {
  std::string out;
  for (const auto& stage : body.stages_to_skip) {
    out += "\n- skipping the stage " + plain_literal(stage);
  }
  for (const auto& [name, variable] : body.variables) {
    out +=
        "\n- setting the variable " + plain_literal(name) + " = " + plain_literal(variable.value);
  }
  for (const auto& [name, value] : body.template_parameters) {
    out += "\n- setting the parameter " + plain_literal(name) + " = " + plain_literal(value);
  }
  return out;
}

std::string secret_in(const RunPipelineBody& body) {
  for (const auto& [name, variable] : body.variables) {
    if (!variable.is_secret) continue;
    return "A person has to see all that they confirm, and the variable " + plain_literal(name) +
           " is marked secret. Leave isSecret out, or leave the variable out.";
  }
  return {};
}

std::string too_long(std::size_t length) {
  return "It is too long to confirm: a person has to see all of it, which takes " +
         std::to_string(length) + " characters, and at most " + std::to_string(kMaxSummary) +
         " are shown. Set fewer or shorter values.";
}

}  // namespace

PendingWrite pending_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                           const RunPipelineBody& body) {
  PendingWrite pending;
  pending.digest = digest_of(target, write, body);
  pending.hidden = secret_in(body);
  if (!pending.hidden.empty()) return pending;
  std::string summary = what_starts(target, write, body);
  if (const std::string set = what_is_set(body); !set.empty()) summary += "\n" + set;
  if (backslashes(summary) > backslashes(in_root(write) ? "" : folder_literal(write.folder))) {
    summary += "\n\nIn quotes, \\n is a line break and \\u with four digits a character's number.";
  }
  if (summary.size() > kMaxSummary) {
    pending.hidden = too_long(summary.size());
  } else {
    pending.summary = std::move(summary);
  }
  return pending;
}

ResolvedWrite resolved_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                             const RunPipelineBody& body) {
  ResolvedWrite resolved;
  resolved.digest = digest_of(target, write, body);
  resolved.pipeline_id = write.pipeline_id;
  resolved.pipeline = policy::full_name(write);
  resolved.branch = body.branch;
  resolved.commit = body.version;
  resolved.stages_to_skip = body.stages_to_skip;
  resolved.parameters = body.template_parameters;
  for (const auto& [name, variable] : body.variables) {
    resolved.variables.emplace(
        name, variable.is_secret ? std::nullopt : std::optional<std::string>(variable.value));
  }
  resolved.preview = body.preview;
  return resolved;
}

}  // namespace adomcp::azure_devops
