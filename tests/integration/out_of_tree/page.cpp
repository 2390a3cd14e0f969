// A plugin with an app and no tool.
#include <adomcp/ui.hpp>
#include <embedded/page.html.hpp>

namespace {

void declare(adomcp::Start& start) {
  start.add(adomcp::app("ui://page/page", "page", "Page", "A page.", embedded::page_html()));
}

}  // namespace

ADOMCP_PLUGIN_WITH("page", "1.0.0", adomcp::kNoTools, declare)
