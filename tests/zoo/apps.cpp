// Nothing wrong: two apps, one as large as it may be, and tools that point to one, to none, and to
// one that nobody has.
#include <adomcp/plugin.hpp>
#include <adomcp/resources.hpp>
#include <adomcp/ui.hpp>

#include <string>

namespace {

constexpr std::string_view kObject = R"({"type":"object"})";
// It looks like a secret, and must reach clients as it is.
constexpr std::string_view kPage =
    "<!DOCTYPE html>\n<title>Zoo</title><script>const password = \"hunter2hunter2\";</script>\n";
constexpr std::string_view kIcons =
    R"([{"src":"data:image/png;base64,AAEC","mimeType":"image/png","sizes":["48x48","any"],"theme":"dark"}])";
constexpr std::size_t kMostHtml = std::size_t{1024} * 1024;

std::string say(adomcp::Call&) {
  return "said";
}

adomcp::Contents read(adomcp::Call&, const adomcp::ResourceRequest& wanted) {
  adomcp::Contents contents = adomcp::text_contents(wanted.uri, "text/plain", "a note");
  contents.pieces[0]["_meta"] = {{"zoo/of", "a note"}};
  return contents;
}

constexpr adomcp_tool named(std::string_view name) {
  return adomcp::tool<say>(name, "A title", "What it does.", ADOMCP_READ_ONLY, kObject);
}

constexpr adomcp_tool tools[] = {
    adomcp::with_icons(adomcp::with_meta(named("shown"), R"({"zoo/of":"lions"})"), kIcons),
    named("for_the_app"),
    named("for_any_app"),
    named("for_the_model"),
    named("shown_by_none"),
    named("for_none"),
    named("plain")};

std::string large_page() {
  std::string page = "<!doctype html><title>Large</title><p>";
  page.resize(kMostHtml, '"');
  return page;
}

void declare(adomcp::Start& start) {
  adomcp::AppOptions options;
  options.connect_domains = {"https://*.example.com", "wss://example.com:8443"};
  options.frame_domains = {"https://frames.example.com"};
  options.clipboard_write = true;
  options.domain = "zoo.example.com";
  options.prefers_border = false;
  options.meta_json = R"({"zoo/of":"pages"})";
  options.icons_json = kIcons;
  start.add(adomcp::app("ui://zoo/page", "page", "Page", "A page.", kPage, options));
  start.add(adomcp::app("ui://zoo/large", "large", "Large", "A large page.", large_page()));
  start.add(adomcp::with_icons(
      adomcp::with_meta(
          adomcp::resource<read>("zoo://note", "note", "Note", "A note.", "text/plain"),
          R"({"zoo/of":"notes"})"),
      kIcons));
  start.link_app("shown", "ui://zoo/page");
  start.link_app("for_the_app", "ui://zoo/page", ADOMCP_UI_APP);
  start.link_app("for_any_app", "", ADOMCP_UI_APP);
  start.link_app("for_the_model", "ui://zoo/page", ADOMCP_UI_MODEL);
  start.link_app("shown_by_none", "ui://zoo/none");
  start.link_app("for_none", "ui://zoo/none", ADOMCP_UI_APP);
}

}  // namespace

ADOMCP_PLUGIN_WITH("apps", "1.0.0", tools, declare)
