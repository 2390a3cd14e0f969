#include "audit/write_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "audit/safe_arguments.h"
#include "core/cleaning.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxName = 256;

Json stages_of(const ResolvedWrite& write) {
  Json out = Json::array();
  for (const auto& stage : write.stages_to_skip) {
    out.push_back(truncate_utf8(clean(stage), kMaxName));
  }
  return out;
}

/// `most`: of each value, in bytes.
Json parameters_of(const ResolvedWrite& write, std::size_t most) {
  Json out = Json::object();
  for (const auto& [name, value] : write.parameters) {
    out[safe_name(name)] = safe_value(name, value, most);
  }
  return out;
}

Json variables_of(const ResolvedWrite& write, std::size_t most) {
  Json out = Json::object();
  for (const auto& [name, value] : write.variables) {
    out[safe_name(name)] = value ? safe_value(name, *value, most) : "[secret]";
  }
  return out;
}

/// A change to a run. `most`: of the comment, in bytes.
Json change_of(const ResolvedWrite& write, std::size_t most) {
  Json out = {{"kind", write.kind},
              {"run_id", write.run_id},
              {"pipeline_id", write.pipeline_id},
              {"pipeline", truncate_utf8(clean(write.pipeline), kMaxName)},
              {"branch", truncate_utf8(clean(write.branch), kMaxName)}};
  if (!write.stage.empty()) out["stage"] = truncate_utf8(clean(write.stage), kMaxName);
  if (write.kind == "retry_stage") out["all_jobs"] = write.all_jobs;
  if (write.approval_id.empty()) return out;
  out["environments"] = Json::array();
  for (const auto& name : write.environments) {
    out["environments"].push_back(truncate_utf8(clean(name), kMaxName));
  }
  out["approval_id"] = write.approval_id;
  out["decision"] = write.decision;
  if (!write.comment.empty()) out["comment"] = safe_value("comment", write.comment, most);
  return out;
}

Json head_of(const ResolvedWrite& write) {
  if (!write.kind.empty()) return change_of(write, kMaxName);
  return {{"kind", write.preview ? "preview" : "run"},
          {"pipeline_id", write.pipeline_id},
          {"pipeline", truncate_utf8(clean(write.pipeline), kMaxName)},
          {"branch", truncate_utf8(clean(write.branch), kMaxName)},
          {"commit", write.commit.empty() ? "commit not known" : write.commit}};
}

}  // namespace

std::string write_text(const ResolvedWrite& write, std::size_t most) {
  for (const std::size_t each : {4096U, 512U, 128U, 32U}) {
    Json out = write.kind.empty() ? head_of(write) : change_of(write, each);
    if (!write.stages_to_skip.empty()) out["stages_to_skip"] = stages_of(write);
    if (!write.parameters.empty()) out["parameters"] = parameters_of(write, each);
    if (!write.variables.empty()) out["variables"] = variables_of(write, each);
    if (std::string text = json_text(out); text.size() <= most) return text;
  }
  Json out = head_of(write);
  out["..."] = "[cut]";
  return json_text(out);
}

std::string digests_of_more(const std::vector<ResolvedWrite>& writes) {
  Json out = Json::array();
  for (std::size_t i = 1; i < writes.size(); ++i) out.push_back(writes[i].digest);
  return json_text(out);
}

}  // namespace adomcp::audit
