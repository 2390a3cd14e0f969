// Declares a prompt, a template and a resource that `offers` has too; the template under another
// name of its placeholder. One prompt is its own.
#include <adomcp/prompts.h>
#include <adomcp/resources.h>

#include "zoo.h"

namespace {

constexpr adomcp_prompt prompt(std::string_view name) {
  return {sizeof(adomcp_prompt), 0, zoo::str(name), {}, {}, {}, zoo::ok};
}
constexpr adomcp_prompt kTaken = prompt("greets");
constexpr adomcp_prompt kOwn = prompt("its_own");
constexpr adomcp_resource kTemplate = {sizeof(adomcp_resource),
                                       0,
                                       {},
                                       zoo::str("zoo://{beast}/food"),
                                       zoo::str("Food"),
                                       {},
                                       {},
                                       {},
                                       zoo::ok,
                                       {},
                                       {}};

adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  zoo::host = from;
  const auto& prompts = zoo::service<adomcp_prompts>(ADOMCP_PROMPTS);
  const auto& resources = zoo::service<adomcp_resources>(ADOMCP_RESOURCES);
  for (const adomcp_status status :
       {prompts.add(&kTaken), prompts.add(&kOwn), resources.add(&kTemplate)}) {
    if (status != ADOMCP_OK) return status;
  }
  return ADOMCP_OK;
}

}  // namespace

ZOO_PLUGIN({sizeof(adomcp_plugin), ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR, zoo::str("duplicate-offer"),
            zoo::str("1.0.0"), zoo::str("by hand"), 0, nullptr, start, zoo::stop});
