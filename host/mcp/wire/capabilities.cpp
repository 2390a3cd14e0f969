#include "mcp/wire/capabilities.h"

#include <nlohmann/json.hpp>

namespace adomcp::mcp {

nlohmann::json capabilities_of(const Served& served) {
  using nlohmann::json;
  auto list = json::object();
  if (served.list_changed) list["listChanged"] = true;
  json out = {{"tools", list}};
  if (served.prompts) out["prompts"] = list;
  if (served.resources) {
    out["resources"] = list;
    if (served.subscribe) out["resources"]["subscribe"] = true;
  }
  if (served.completions) out["completions"] = json::object();
  if (served.logging) out["logging"] = json::object();
  if (served.tasks) out["extensions"]["io.modelcontextprotocol/tasks"] = json::object();
  return out;
}

}  // namespace adomcp::mcp
