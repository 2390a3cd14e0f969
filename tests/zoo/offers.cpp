// No tool, but a prompt, a resource, a template, and completers of both. Each answers with what it
// was asked.
#include <adomcp/completion.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>

#include <string>

#include "zoo.h"

namespace {

adomcp_status answer(adomcp_call* call, const std::string& structured) {
  zoo::host->reply(call, {}, zoo::str(structured));
  return ADOMCP_OK;
}

adomcp_status get(void*, adomcp_call* call, adomcp_str arguments) {
  return answer(
      call, R"({"messages":[],"arguments":)" + std::string(arguments.data, arguments.size) + "}");
}

adomcp_status read_one(void*, adomcp_call* call, adomcp_str request) {
  return answer(call,
                R"({"contents":[],"request":)" + std::string(request.data, request.size) + "}");
}

adomcp_status complete(void*, adomcp_call* call, adomcp_str) {
  return answer(call, R"({"values":["lion","lynx"]})");
}

constexpr adomcp_prompt kPrompt = {sizeof(adomcp_prompt),
                                   0,
                                   zoo::str("greets"),
                                   zoo::str("A greeting"),
                                   zoo::str("Greets an animal."),
                                   zoo::str(R"([{"name":"animal","required":true}])"),
                                   get};
constexpr adomcp_prompt kUnlisted = {
    sizeof(adomcp_prompt), 0, zoo::str("unlisted"), {}, {}, {}, get};
constexpr adomcp_resource kResource = {sizeof(adomcp_resource),
                                       0,
                                       zoo::str("zoo://keeper"),
                                       {},
                                       zoo::str("Keeper"),
                                       zoo::str("The keeper"),
                                       zoo::str("Who keeps them."),
                                       zoo::str("text/plain"),
                                       read_one,
                                       {},
                                       {}};
constexpr adomcp_resource kTemplate = {sizeof(adomcp_resource),
                                       0,
                                       {},
                                       zoo::str("zoo://{animal}/food"),
                                       zoo::str("Food"),
                                       {},
                                       {},
                                       {},
                                       read_one,
                                       {},
                                       {}};
constexpr adomcp_completer kOfPrompt = {
    sizeof(adomcp_completer), 0, zoo::str("greets"), {}, complete};
constexpr adomcp_completer kOfTemplate = {
    sizeof(adomcp_completer), 0, {}, zoo::str("zoo://{animal}/food"), complete};

adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  zoo::host = from;
  const auto& prompts = zoo::service<adomcp_prompts>(ADOMCP_PROMPTS);
  const auto& resources = zoo::service<adomcp_resources>(ADOMCP_RESOURCES);
  const auto& completion = zoo::service<adomcp_completion>(ADOMCP_COMPLETION);
  for (const adomcp_status status :
       {prompts.add(&kPrompt), prompts.add(&kUnlisted), resources.add(&kResource),
        resources.add(&kTemplate), completion.add(&kOfPrompt), completion.add(&kOfTemplate)}) {
    if (status != ADOMCP_OK) return status;
  }
  return ADOMCP_OK;
}

}  // namespace

ZOO_PLUGIN({sizeof(adomcp_plugin), ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR, zoo::str("offers"),
            zoo::str("1.0.0"), zoo::str("by hand"), 0, nullptr, start, zoo::stop});
