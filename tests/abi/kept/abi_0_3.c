/* A plugin as it was built for ABI 0.3: abi_0_3_x86_64.so is this file, built once and kept. It
 * uses what 0.3 brought: `_meta` and icons of tools and resources, and adomcp.ui. See README.md.
 * This file is not edited any more. */
#include <adomcp/resources.h>
#include <adomcp/ui.h>

#define STR(text) \
  { (text), sizeof(text) - 1 }

static const adomcp_host* host;
static int started;

static adomcp_str str(const char* text) {
  adomcp_str made = {text, 0};
  while (text[made.size] != '\0') ++made.size;
  return made;
}

static adomcp_status kept(void* self, adomcp_call* call, adomcp_str arguments) {
  (void)arguments;
  const int whole = self == &started && started == 1;
  host->reply(call, str(whole ? "all is as it was" : "self is another"), str("{\"ok\":true}"));
  return whole ? ADOMCP_OK : ADOMCP_TOOL_ERROR;
}

static adomcp_status latest(void* self, adomcp_call* call, adomcp_str request) {
  (void)self;
  (void)request;
  host->reply(
      call, str(""),
      str("{\"contents\":[{\"uri\":\"kept://latest\",\"text\":\"new\",\"_meta\":{\"a\":1}}]}"));
  return ADOMCP_OK;
}

static const adomcp_tool kKeptTool = {
    .struct_size = sizeof(adomcp_tool),
    .flags = ADOMCP_READ_ONLY,
    .name = STR("kept"),
    .title = STR("Kept"),
    .description = STR("Uses all that ABI 0.3 brought."),
    .input_schema = STR("{\"type\":\"object\"}"),
    .output_schema = STR("{\"type\":\"object\"}"),
    .call = kept,
    .meta_json = STR("{\"example.com/kind\":\"kept\"}"),
    .icons_json = STR("[{\"src\":\"https://example.com/kept.png\",\"mimeType\":\"image/png\","
                      "\"sizes\":[\"48x48\"],\"theme\":\"dark\"}]")};

static const adomcp_resource kLatest = {
    .struct_size = sizeof(adomcp_resource),
    .uri = STR("kept://latest"),
    .name = STR("latest"),
    .mime_type = STR("text/plain"),
    .read = latest,
    .meta_json = STR("{\"example.com/kind\":\"latest\"}"),
    .icons_json = STR("[{\"src\":\"data:image/png;base64,AAEC\"}]")};

static const adomcp_app kPage = {
    .struct_size = sizeof(adomcp_app),
    .uri = STR("ui://kept/page"),
    .name = STR("page"),
    .title = STR("Page"),
    .description = STR("A page."),
    .html = STR("<!doctype html><title>kept</title>"),
    .ui_json = STR("{\"csp\":{\"connectDomains\":[\"https://example.com\"]},"
                   "\"permissions\":{\"clipboardWrite\":{}},\"prefersBorder\":true}"),
    .meta_json = STR("{\"example.com/kind\":\"page\"}"),
    .icons_json = STR("[{\"src\":\"https://example.com/page.png\"}]")};

static const adomcp_tool* tool(uint32_t index) {
  return index == 0 ? &kKeptTool : NULL;
}

static adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  (void)settings;
  host = from;
  if (!ADOMCP_HAS(host, content) || host->abi_major != 0 || host->abi_minor < 3) {
    return ADOMCP_UNAVAILABLE;
  }
  const adomcp_resources* const resources = host->service(ADOMCP_RESOURCES);
  const adomcp_ui* const ui = host->service(ADOMCP_UI);
  if (!resources || !ui) return ADOMCP_UNAVAILABLE;
  if (resources->add(&kLatest) != ADOMCP_OK || ui->add(&kPage) != ADOMCP_OK ||
      ui->link(str("kept"), str("ui://kept/page"), ADOMCP_UI_MODEL) != ADOMCP_OK) {
    return ADOMCP_INTERNAL;
  }
  started = 1;
  *self = &started;
  return ADOMCP_OK;
}

static void stop(void* self) {
  *(int*)self = 0;
}

const adomcp_plugin adomcp_plugin_v0 = {.struct_size = sizeof(adomcp_plugin),
                                        .abi_major = ADOMCP_ABI_MAJOR,
                                        .abi_minor = ADOMCP_ABI_MINOR,
                                        .id = STR("kept"),
                                        .version = STR("3.0.0"),
                                        .built_with = STR("gcc"),
                                        .tool_count = 1,
                                        .tool = tool,
                                        .start = start,
                                        .stop = stop};

ADOMCP_METADATA("kept", "3.0.0");
