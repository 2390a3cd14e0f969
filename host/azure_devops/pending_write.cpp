#include "azure_devops/pending_write.h"

#include <nlohmann/json.hpp>

#include "core/sha256.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxValue = 60;

std::string literal(std::string_view text) {
  return json(text).dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
}

std::string value_literal(const std::string& value) {
  if (value.size() <= kMaxValue) return literal(value);
  return literal(truncate_utf8(value, kMaxValue)) + " (the start of " +
         std::to_string(value.size()) + " bytes)";
}

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string stages_of(const RunPipelineBody& body) {
  std::string list;
  for (const auto& stage : body.stages_to_skip) append(list, literal(stage));
  return list;
}

std::string variables_of(const RunPipelineBody& body) {
  std::string list;
  for (const auto& [name, variable] : body.variables) {
    append(list, literal(name) +
                     (variable.is_secret ? " (secret)" : " = " + value_literal(variable.value)));
  }
  return list;
}

std::string parameters_of(const RunPipelineBody& body) {
  std::string list;
  for (const auto& [name, value] : body.template_parameters) {
    append(list, literal(name) + " = " + value_literal(value));
  }
  return list;
}

std::string summary_of(const policy::Target& target, const policy::RunPipelineWrite& write,
                       const RunPipelineBody& body) {
  std::string out = "Start pipeline " + std::to_string(write.pipeline_id) + " " +
                    literal(write.pipeline_name) + " of project " + literal(target.project) +
                    " in organization " + literal(target.organization) + " on branch " +
                    literal(body.branch);
  if (!body.stages_to_skip.empty()) out += ", skipping the stages " + stages_of(body);
  if (!body.variables.empty()) out += ", setting the variables " + variables_of(body);
  if (!body.template_parameters.empty()) out += ", with the parameters " + parameters_of(body);
  return out + ".";
}

}  // namespace

PendingWrite pending_write(const policy::Target& target, const policy::RunPipelineWrite& write,
                           const RunPipelineBody& body) {
  const json all = {{"organization", target.organization},
                    {"project_id", target.project_id},
                    {"pipeline_id", write.pipeline_id},
                    {"pipeline_name", write.pipeline_name},
                    {"body", json::parse(to_json(body))}};
  PendingWrite pending;
  pending.summary = summary_of(target, write, body);
  pending.digest = sha256_hex(all.dump());
  return pending;
}

}  // namespace adomcp::azure_devops
