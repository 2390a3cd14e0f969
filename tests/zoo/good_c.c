/* A whole plugin in C11: says hello. */
#include <adomcp/plugin.h>

#define STR(text) \
  { (text), sizeof(text) - 1 }

static const adomcp_host* host;

static adomcp_status hello(void* self, adomcp_call* call, adomcp_str arguments) {
  static const adomcp_str text = STR("hello");
  static const adomcp_str structured = STR("{\"greeting\":\"hello from C\"}");
  (void)self;
  (void)arguments;
  if (host->interrupted(call) != ADOMCP_OK) return ADOMCP_CANCELLED;
  host->reply(call, text, structured);
  return ADOMCP_OK;
}

static const adomcp_tool kHelloTool = {.struct_size = sizeof(adomcp_tool),
                                       .flags = ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT,
                                       .name = STR("hello_c"),
                                       .title = STR("Hello"),
                                       .description = STR("Says hello."),
                                       .input_schema = STR("{\"type\":\"object\"}"),
                                       .output_schema = STR("{\"type\":\"object\"}"),
                                       .call = hello};

static const adomcp_tool* tool(uint32_t index) {
  return index == 0 ? &kHelloTool : NULL;
}

static adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  (void)settings;
  (void)self;
  host = from;
  return ADOMCP_OK;
}

static void stop(void* self) {
  (void)self;
}

const adomcp_plugin adomcp_plugin_v0 = {.struct_size = sizeof(adomcp_plugin),
                                        .abi_major = ADOMCP_ABI_MAJOR,
                                        .abi_minor = ADOMCP_ABI_MINOR,
                                        .id = STR("good-c"),
                                        .version = STR("1.0.0"),
                                        .built_with = STR("C11"),
                                        .tool_count = 1,
                                        .tool = tool,
                                        .start = start,
                                        .stop = stop};

ADOMCP_METADATA("good-c", "1.0.0");
