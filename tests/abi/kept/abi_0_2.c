/* A plugin as it was built for ABI 0.2: abi_0_2_x86_64.so is this file, built once and kept. It
 * uses what 0.2 brought, and no promise that 0.2 doesn't make (adomcp.legacy). See README.md. This
 * file is not edited any more. */
#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/input.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>

#define STR(text) \
  { (text), sizeof(text) - 1 }

static const adomcp_host* host;
static const adomcp_input* input;
static const adomcp_changes* changes;
static const adomcp_tasks* tasks;
static int started;

static adomcp_str str(const char* text) {
  adomcp_str made = {text, 0};
  while (text[made.size] != '\0') ++made.size;
  return made;
}

static adomcp_status say(adomcp_call* call, const char* structured) {
  host->reply(call, str(""), str(structured));
  return ADOMCP_OK;
}

static adomcp_status fail(adomcp_call* call, const char* why) {
  host->reply(call, str(why), str(""));
  return ADOMCP_TOOL_ERROR;
}

/* In its first round it asks and keeps; in the second it becomes a task. */
static adomcp_status kept(void* self, adomcp_call* call, adomcp_str arguments) {
  adomcp_str answer = {0, 0};
  const adomcp_str schema = str(
      "{\"type\":\"object\",\"properties\":{\"go\":{\"type\":\"boolean\"}},\"required\":[\"go\"]}");
  (void)arguments;
  if (self != &started || started != 1) return fail(call, "self is another");
  host->progress(call, 1, 2, str("half"));
  const adomcp_status asked = input->elicit(call, str("go"), str("Go on?"), schema, &answer);
  if (asked == ADOMCP_INPUT_REQUIRED) {
    if (input->keep(call, str("first round")) != ADOMCP_OK) return fail(call, "keep() failed");
    return asked;
  }
  if (asked != ADOMCP_OK) return asked;
  if (answer.size == 0) return fail(call, "no answer");
  if (input->kept(call).size != sizeof("first round") - 1) return fail(call, "nothing was kept");
  if (tasks->begin(call, 60000, 1000) != ADOMCP_OK) return fail(call, "begin() failed");
  changes->changed(ADOMCP_CHANGED_TOOLS, str(""));
  host->content(call, str("{\"type\":\"text\",\"text\":\"a block\"}"));
  host->reply(call, str("all is as it was"), answer);
  return ADOMCP_OK;
}

static adomcp_status greet(void* self, adomcp_call* call, adomcp_str arguments) {
  (void)self;
  (void)arguments;
  return say(
      call,
      "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"hello\"}}]}");
}

static adomcp_status latest(void* self, adomcp_call* call, adomcp_str request) {
  (void)self;
  (void)request;
  return say(call, "{\"contents\":[{\"uri\":\"kept://latest\",\"text\":\"new\"}]}");
}

static adomcp_status numbered(void* self, adomcp_call* call, adomcp_str request) {
  (void)self;
  (void)request;
  return say(call, "{\"contents\":[{\"uri\":\"kept://7/log\",\"text\":\"log\"}]}");
}

static adomcp_status numbers(void* self, adomcp_call* call, adomcp_str request) {
  (void)self;
  (void)request;
  return say(call, "{\"values\":[\"7\",\"77\"]}");
}

static const adomcp_prompt kGreet = {
    .struct_size = sizeof(adomcp_prompt),
    .name = STR("greet"),
    .title = STR("Greet"),
    .description = STR("Greets."),
    .arguments_json = STR("[{\"name\":\"who\",\"required\":true}]"),
    .get = greet};

static const adomcp_resource kLatest = {.struct_size = sizeof(adomcp_resource),
                                        .uri = STR("kept://latest"),
                                        .name = STR("latest"),
                                        .mime_type = STR("text/plain"),
                                        .read = latest};

static const adomcp_resource kNumbered = {.struct_size = sizeof(adomcp_resource),
                                          .uri_template = STR("kept://{id}/log"),
                                          .name = STR("numbered"),
                                          .mime_type = STR("text/plain"),
                                          .read = numbered};

static const adomcp_completer kNumbers = {.struct_size = sizeof(adomcp_completer),
                                          .uri_template = STR("kept://{id}/log"),
                                          .complete = numbers};

static const adomcp_tool kKeptTool = {.struct_size = sizeof(adomcp_tool),
                                      .flags = ADOMCP_READ_ONLY,
                                      .name = STR("kept"),
                                      .title = STR("Kept"),
                                      .description = STR("Uses all that ABI 0.2 brought."),
                                      .input_schema = STR("{\"type\":\"object\"}"),
                                      .output_schema = STR("{\"type\":\"object\"}"),
                                      .call = kept};

static const adomcp_tool* tool(uint32_t index) {
  return index == 0 ? &kKeptTool : NULL;
}

static adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  (void)settings;
  host = from;
  if (!ADOMCP_HAS(host, content) || host->abi_major != 0 || host->abi_minor < 2) {
    return ADOMCP_UNAVAILABLE;
  }
  input = host->service(ADOMCP_INPUT);
  changes = host->service(ADOMCP_CHANGES);
  tasks = host->service(ADOMCP_TASKS);
  const adomcp_prompts* const prompts = host->service(ADOMCP_PROMPTS);
  const adomcp_resources* const resources = host->service(ADOMCP_RESOURCES);
  const adomcp_completion* const completion = host->service(ADOMCP_COMPLETION);
  if (!input || !changes || !tasks || !prompts || !resources || !completion) {
    return ADOMCP_UNAVAILABLE;
  }
  if (prompts->add(&kGreet) != ADOMCP_OK || resources->add(&kLatest) != ADOMCP_OK ||
      resources->add(&kNumbered) != ADOMCP_OK || completion->add(&kNumbers) != ADOMCP_OK ||
      tasks->allow(str("kept")) != ADOMCP_OK) {
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
                                        .version = STR("2.0.0"),
                                        .built_with = STR("gcc"),
                                        .tool_count = 1,
                                        .tool = tool,
                                        .start = start,
                                        .stop = stop};

ADOMCP_METADATA("kept", "2.0.0");
