// ui://adomcp/run: a page that clients show beside what get_run and get_run_failure_logs tell of a
// run. The host serves it; nothing here runs but the declaration.
#include <adomcp/plugin.hpp>
#include <adomcp/ui.hpp>
#include <embedded/run.html.hpp>

namespace {

void declare(adomcp::Start& start) {
  // No domains and no permissions: the page works with what its client hands to it.
  start.add(adomcp::app("ui://adomcp/run", "run", "Run of a pipeline",
                        "Shows one run: its stages and jobs, what failed, and why.",
                        embedded::run_html(), {.prefers_border = true}));
}

}  // namespace

ADOMCP_PLUGIN_WITH("run-app", "0.1.0", adomcp::kNoTools, declare)
