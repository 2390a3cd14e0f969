#include "azure_devops/typed_write.h"

#include <adomcp/branches.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBody = 256UL * 1024;
constexpr std::size_t kMaxEntries = 100;
constexpr std::size_t kMaxName = 256;
constexpr std::size_t kMaxValue = 32UL * 1024;

Error refuse(const std::string& what) {
  return {ErrorCode::kInvalid, "The run can't be started: " + what + ".", {}};
}

/// The branch as an error may repeat it.
std::string shown(std::string_view branch) {
  std::string text(truncate_utf8(branch, 100));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

/// The only member of `object`, when it is called `name` and is an object.
const json* only_member(const json& object, const char* name) {
  if (!object.is_object() || object.size() != 1) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? &*found : nullptr;
}

Status read_resources(const json& resources, RunPipelineBody& body) {
  const json* repositories = only_member(resources, "repositories");
  const json* self = repositories == nullptr ? nullptr : only_member(*repositories, "self");
  if (self == nullptr) return refuse("resources may hold nothing but repositories.self");
  for (const auto& [key, value] : self->items()) {
    if (key == "version") return refuse("a pinned commit is not allowed, only a branch");
    if (key != "refName") return refuse("unknown member repositories.self." + key.substr(0, 50));
    if (!value.is_string()) return refuse("refName must be a string");
    body.branch = value.get<std::string>();
  }
  if (body.branch.size() > kMaxName) return refuse("the branch name is too long");
  if (const auto problem = sdk::branch_problem(body.branch); !problem.empty()) {
    return refuse("the branch \"" + shown(body.branch) + "\" " + problem);
  }
  body.branch = sdk::full_branch(body.branch);
  return Done{};
}

Result<std::string> scalar_text(const json& value) {
  std::string text;
  if (value.is_string()) {
    text = value.get<std::string>();
  } else if (value.is_boolean() || value.is_number()) {
    text = json_text(value);
  } else {
    return refuse("parameter and variable values must be text, numbers or booleans");
  }
  if (text.size() > kMaxValue) return refuse("a value is too long");
  return text;
}

Status check_entries(const json& object, const char* what) {
  if (!object.is_object()) return refuse(std::string(what) + " must be an object");
  if (object.size() > kMaxEntries) return refuse("too many " + std::string(what));
  for (const auto& [name, value] : object.items()) {
    if (name.empty() || name.size() > kMaxName)
      return refuse("a name in " + std::string(what) + " is empty or too long");
  }
  return Done{};
}

Status read_parameters(const json& parameters, RunPipelineBody& body) {
  if (auto status = check_entries(parameters, "templateParameters"); !status) return status;
  for (const auto& [name, value] : parameters.items()) {
    auto text = scalar_text(value);
    if (!text) return text.error();
    body.template_parameters[name] = std::move(text).value();
  }
  return Done{};
}

Status read_variable(const json& members, RunVariable& variable) {
  if (!members.is_object()) return refuse("a variable must be {\"value\": …, \"isSecret\": …}");
  for (const auto& [key, member] : members.items()) {
    if (key == "isSecret" && member.is_boolean()) {
      variable.is_secret = member.get<bool>();
    } else if (key == "value") {
      auto text = scalar_text(member);
      if (!text) return text.error();
      variable.value = std::move(text).value();
    } else {
      return refuse("a variable has the members value and isSecret only");
    }
  }
  return Done{};
}

Status read_variables(const json& variables, RunPipelineBody& body) {
  if (auto status = check_entries(variables, "variables"); !status) return status;
  for (const auto& [name, members] : variables.items()) {
    if (auto status = read_variable(members, body.variables[name]); !status) return status;
  }
  return Done{};
}

Status read_stages(const json& stages, RunPipelineBody& body) {
  if (!stages.is_array() || stages.size() > kMaxEntries) {
    return refuse("stagesToSkip must be a short list");
  }
  for (const auto& stage : stages) {
    if (!stage.is_string() || stage.get_ref<const std::string&>().size() > kMaxName) {
      return refuse("stagesToSkip must hold stage names");
    }
    body.stages_to_skip.push_back(stage.get<std::string>());
  }
  return Done{};
}

Status read_member(const std::string& key, const json& value, RunPipelineBody& body) {
  if (key == "resources") return read_resources(value, body);
  if (key == "templateParameters") return read_parameters(value, body);
  if (key == "variables") return read_variables(value, body);
  if (key == "stagesToSkip") return read_stages(value, body);
  if (key == "previewRun" && value.is_boolean()) {
    body.preview = value.get<bool>();
    return Done{};
  }
  return refuse("unknown member '" + key.substr(0, 50) + "'");
}

}  // namespace

Result<RunPipelineBody> parse_run_body(std::string_view text) {
  RunPipelineBody body;
  if (trim(text).empty()) return body;
  if (text.size() > kMaxBody) return refuse("its description is too large");
  const json parsed = json_from(text);
  if (!parsed.is_object()) return refuse("its description is not a JSON object");
  for (const auto& [key, value] : parsed.items()) {
    if (auto status = read_member(key, value, body); !status) return status.error();
  }
  return body;
}

std::string to_json(const RunPipelineBody& body) {
  json out = json::object();
  if (!body.branch.empty()) out["resources"]["repositories"]["self"]["refName"] = body.branch;
  if (!body.version.empty()) out["resources"]["repositories"]["self"]["version"] = body.version;
  if (!body.template_parameters.empty()) out["templateParameters"] = body.template_parameters;
  for (const auto& [name, variable] : body.variables) {
    out["variables"][name] = {{"value", variable.value}, {"isSecret", variable.is_secret}};
  }
  if (!body.stages_to_skip.empty()) out["stagesToSkip"] = body.stages_to_skip;
  if (body.preview) out["previewRun"] = true;
  return json_text(out);
}

}  // namespace adomcp::azure_devops
