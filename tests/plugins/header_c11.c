/* plugin.h alone is enough for a plugin in C; each service is a header more. */
#include <adomcp/plugin.h>

#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <adomcp/ui.h>

static const adomcp_tool* no_tool(uint32_t index) {
  (void)index;
  return NULL;
}

static adomcp_status start(const adomcp_host* host, adomcp_str settings, void** self) {
  (void)settings;
  *self = NULL;
  return ADOMCP_HAS(host, service) ? ADOMCP_OK : ADOMCP_INTERNAL;
}

static void stop(void* self) {
  (void)self;
}

const adomcp_plugin adomcp_plugin_v0 = {sizeof(adomcp_plugin),
                                        ADOMCP_ABI_MAJOR,
                                        ADOMCP_ABI_MINOR,
                                        {"c", 1},
                                        {"1", 1},
                                        {"cc", 2},
                                        0,
                                        no_tool,
                                        start,
                                        stop};

ADOMCP_METADATA("c", "1");
