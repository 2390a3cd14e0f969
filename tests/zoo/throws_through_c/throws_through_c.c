/* A plugin in C that calls C++, which throws through it. */
#include <adomcp/plugin.h>

#define STR(text) \
  { (text), sizeof(text) - 1 }

void call_cpp(void);

static adomcp_status call(void* self, adomcp_call* handle, adomcp_str arguments) {
  (void)self;
  (void)handle;
  (void)arguments;
  call_cpp();
  return ADOMCP_OK;
}

static const adomcp_tool kTool = {.struct_size = sizeof(adomcp_tool),
                                  .flags = ADOMCP_READ_ONLY,
                                  .name = STR("throws_through_c"),
                                  .title = STR("Throws"),
                                  .description = STR("Throws."),
                                  .input_schema = STR("{\"type\":\"object\"}"),
                                  .call = call};

static const adomcp_tool* tool(uint32_t index) {
  return index == 0 ? &kTool : NULL;
}

static adomcp_status start(const adomcp_host* host, adomcp_str settings, void** self) {
  (void)host;
  (void)settings;
  (void)self;
  return ADOMCP_OK;
}

static void stop(void* self) {
  (void)self;
}

const adomcp_plugin adomcp_plugin_v0 = {.struct_size = sizeof(adomcp_plugin),
                                        .abi_major = ADOMCP_ABI_MAJOR,
                                        .abi_minor = ADOMCP_ABI_MINOR,
                                        .id = STR("throws-through-c"),
                                        .version = STR("1.0.0"),
                                        .built_with = STR("C11"),
                                        .tool_count = 1,
                                        .tool = tool,
                                        .start = start,
                                        .stop = stop};

ADOMCP_METADATA("throws-through-c", "1.0.0");
