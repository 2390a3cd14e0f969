/* A plugin as it was built for ABI 0.1: abi_0_1_x86_64.so is this file, built once and kept. Its
 * tool uses every function of the host, and tells what came of it. See README.md. This file is not
 * edited any more. */
#include <adomcp/plugin.h>

#define STR(text) \
  { (text), sizeof(text) - 1 }

static const adomcp_host* host;
static int started;

static adomcp_str str(const char* text) {
  adomcp_str made = {text, 0};
  while (text[made.size] != '\0') ++made.size;
  return made;
}

/* Zeroed by hand: the file needs nothing of a C library. */
static void clear(void* what, size_t size) {
  volatile unsigned char* byte = what;
  while (size-- > 0) *byte++ = 0;
}

static adomcp_status on_chunk(void* user, adomcp_str piece) {
  *(size_t*)user += piece.size;
  return ADOMCP_OK;
}

/* Two requests side by side, one of them piece by piece; empty when all is as it should be. */
static const char* ask(adomcp_call* call) {
  size_t streamed = 0;
  adomcp_ado_request requests[2];
  adomcp_ado_response responses[2];
  const adomcp_ado_request* const asked[] = {&requests[0], &requests[1]};
  adomcp_ado_response* const answers[] = {&responses[0], &responses[1]};
  clear(requests, sizeof(requests));
  clear(responses, sizeof(responses));
  for (int i = 0; i < 2; ++i) {
    requests[i].struct_size = sizeof(adomcp_ado_request);
    responses[i].struct_size = sizeof(adomcp_ado_response);
    requests[i].method = str("GET");
    requests[i].service = str("dev");
  }
  requests[0].path = str("kept");
  requests[0].query = str("a=b");
  requests[1].path = str("streamed");
  requests[1].on_chunk = on_chunk;
  requests[1].user = &streamed;
  if (host->ado(call, asked, answers, 2) != ADOMCP_OK) return "ado() failed";
  if (responses[0].http_status != 200 || responses[0].body.size != 4) return "no body";
  if (responses[0].continuation_token.size != 4) return "no continuation token";
  if (streamed != 6) return "no pieces";
  return "";
}

static const char* tried(void* self, adomcp_call* call) {
  const char* wrong = ask(call);
  if (*wrong != '\0') return wrong;
  if (self != &started || started != 1) return "self is another";
  if (host->interrupted(call) != ADOMCP_OK) return "interrupted";
  if (host->remaining_ms(call) <= 0) return "no time is left";
  if (host->service("adomcp.none/1") != NULL) return "there is a service that nobody has";
  return "";
}

static adomcp_status kept(void* self, adomcp_call* call, adomcp_str arguments) {
  const char* const wrong = tried(self, call);
  host->log(call, ADOMCP_INFO, str("kept and called"));
  host->note(call, str("run_id"), str("4711"));
  if (*wrong != '\0') {
    host->reply(call, str(wrong), str(""));
    return ADOMCP_TOOL_ERROR;
  }
  host->reply(call, str("all is as it was"), arguments);
  return ADOMCP_OK;
}

static const adomcp_tool kKeptTool = {.struct_size = sizeof(adomcp_tool),
                                      .flags = ADOMCP_READ_ONLY,
                                      .name = STR("kept"),
                                      .title = STR("Kept"),
                                      .description = STR("Uses all of ABI 0.1."),
                                      .input_schema = STR("{\"type\":\"object\"}"),
                                      .output_schema = STR("{\"type\":\"object\"}"),
                                      .call = kept};

static const adomcp_tool* tool(uint32_t index) {
  return index == 0 ? &kKeptTool : NULL;
}

static adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  (void)settings;
  host = from;
  if (!ADOMCP_HAS(host, service) || host->abi_major != 0 || host->abi_minor < 1) {
    return ADOMCP_UNAVAILABLE;
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
                                        .version = STR("1.0.0"),
                                        .built_with = STR("gcc"),
                                        .tool_count = 1,
                                        .tool = tool,
                                        .start = start,
                                        .stop = stop};

ADOMCP_METADATA("kept", "1.0.0");
