// Declares one good prompt, one good template, and much that can't be; start() fails only when
// something of that is let in.
#include <adomcp/completion.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <adomcp/ui.h>

#include "zoo.h"

namespace {

constexpr adomcp_prompt prompt(std::string_view name, std::string_view arguments = {}) {
  return {sizeof(adomcp_prompt), 0, zoo::str(name), {}, {}, zoo::str(arguments), zoo::ok};
}
constexpr adomcp_prompt short_prompt() {
  adomcp_prompt cut = prompt("short");
  cut.struct_size = offsetof(adomcp_prompt, get);
  return cut;
}
constexpr adomcp_prompt empty_prompt() {
  adomcp_prompt empty = prompt("empty");
  empty.get = nullptr;
  return empty;
}
constexpr adomcp_prompt kGoodPrompt = prompt("bad_offers");
constexpr adomcp_prompt kBadPrompts[] = {
    short_prompt(),
    empty_prompt(),
    prompt("bad_offers"),
    prompt("bad name"),
    prompt("object", R"({"name":"x"})"),
    prompt("nameless", R"([{"title":"x"}])"),
    prompt("twice", R"([{"name":"x"},{"name":"x"}])"),
    prompt("typed", R"([{"name":"x","required":"yes"}])"),
    prompt("bytes", "[\"\xff\"]"),
};

constexpr adomcp_resource resource(std::string_view uri, std::string_view uri_template,
                                   std::string_view name = "Name", std::string_view mime = {}) {
  return {sizeof(adomcp_resource),
          0,
          zoo::str(uri),
          zoo::str(uri_template),
          zoo::str(name),
          {},
          {},
          zoo::str(mime),
          zoo::ok,
          {},
          {}};
}
constexpr adomcp_resource kGoodTemplate = resource("", "bad://{id}/log");
constexpr adomcp_resource kBadResources[] = {
    resource("", ""),
    resource("bad://both", "bad://{both}"),
    resource("no-scheme", ""),
    resource("", "bad://none"),
    resource("", "bad://{other}/log"),
    resource("bad://nameless", "", ""),
    resource("bad://mime", "", "Name", "text"),
};

constexpr adomcp_completer completer(std::string_view name, std::string_view uri_template) {
  return {sizeof(adomcp_completer), 0, zoo::str(name), zoo::str(uri_template), zoo::ok};
}
constexpr adomcp_completer kGoodCompleter = completer("bad_offers", "");
constexpr adomcp_completer kBadCompleters[] = {
    completer("", ""),
    completer("unknown", ""),
    completer("", "bad://{unknown}"),
    completer("bad_offers", ""),
};

constexpr std::string_view kPage = "<!doctype html><title>x</title>";

constexpr adomcp_app app(std::string_view uri, std::string_view html = kPage,
                         std::string_view ui_json = {}) {
  return {sizeof(adomcp_app),
          0,
          zoo::str(uri),
          zoo::str("Name"),
          {},
          {},
          zoo::str(html),
          zoo::str(ui_json),
          {},
          {}};
}
constexpr adomcp_app kGoodApp = app("ui://bad/page");
constexpr adomcp_app kBadApps[] = {
    app("ui://bad/page"),
    app("https://bad/app"),
    app("ui://bad/nothing", ""),
    app("ui://bad/asks", kPage, R"({"csp":{"connectDomains":["*"]}})"),
};

adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  zoo::host = from;
  const auto& prompts = zoo::service<adomcp_prompts>(ADOMCP_PROMPTS);
  const auto& resources = zoo::service<adomcp_resources>(ADOMCP_RESOURCES);
  const auto& completion = zoo::service<adomcp_completion>(ADOMCP_COMPLETION);
  bool refused = prompts.add(&kGoodPrompt) == ADOMCP_OK;
  refused = refused && resources.add(&kGoodTemplate) == ADOMCP_OK;
  refused = refused && completion.add(&kGoodCompleter) == ADOMCP_OK;
  const auto expect = [&](adomcp_status status) {
    refused = refused && status == ADOMCP_INVALID_ARGUMENT;
  };
  for (const auto& bad : kBadPrompts) expect(prompts.add(&bad));
  for (const auto& bad : kBadResources) expect(resources.add(&bad));
  for (const auto& bad : kBadCompleters) expect(completion.add(&bad));
  expect(zoo::service<adomcp_tasks>(ADOMCP_TASKS).allow(zoo::str("no_such_tool")));
  expect(prompts.add(nullptr));
  const auto& ui = zoo::service<adomcp_ui>(ADOMCP_UI);
  refused = refused && ui.add(&kGoodApp) == ADOMCP_OK;
  for (const auto& bad : kBadApps) expect(ui.add(&bad));
  expect(ui.add(nullptr));
  expect(ui.link(zoo::str("no_such_tool"), zoo::str("ui://bad/page"), 0));
  return refused ? ADOMCP_OK : ADOMCP_INTERNAL;
}

}  // namespace

ZOO_PLUGIN({sizeof(adomcp_plugin), ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR, zoo::str("bad-offers"),
            zoo::str("1.0.0"), zoo::str("by hand"), 0, nullptr, start, zoo::stop});
