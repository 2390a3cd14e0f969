/* Prints all that the headers of the services promise about bytes; abi_test.py holds it against
 * services.txt. */
#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <adomcp/ui.h>

#include "print.h"

static void changes(void) {
  ID(ADOMCP_CHANGES);
  CONSTANT(ADOMCP_CHANGED_TOOLS);
  CONSTANT(ADOMCP_CHANGED_PROMPTS);
  CONSTANT(ADOMCP_CHANGED_RESOURCES);
  CONSTANT(ADOMCP_CHANGED_RESOURCE);
  STRUCT(adomcp_changes);
  FIELD(adomcp_changes, struct_size);
  FIELD(adomcp_changes, changed);
}

static void completion(void) {
  ID(ADOMCP_COMPLETION);
  STRUCT(adomcp_completer);
  FIELD(adomcp_completer, struct_size);
  FIELD(adomcp_completer, reserved);
  FIELD(adomcp_completer, prompt);
  FIELD(adomcp_completer, uri_template);
  FIELD(adomcp_completer, complete);
  STRUCT(adomcp_completion);
  FIELD(adomcp_completion, struct_size);
  FIELD(adomcp_completion, add);
}

static void input(void) {
  ID(ADOMCP_INPUT);
  STRUCT(adomcp_input);
  FIELD(adomcp_input, struct_size);
  FIELD(adomcp_input, elicit);
  FIELD(adomcp_input, keep);
  FIELD(adomcp_input, kept);
}

static void legacy(void) {
  ID(ADOMCP_LEGACY);
  STRUCT(adomcp_legacy);
  FIELD(adomcp_legacy, struct_size);
  FIELD(adomcp_legacy, sample);
  FIELD(adomcp_legacy, roots);
  FIELD(adomcp_legacy, log);
}

static void prompts(void) {
  ID(ADOMCP_PROMPTS);
  STRUCT(adomcp_prompt);
  FIELD(adomcp_prompt, struct_size);
  FIELD(adomcp_prompt, reserved);
  FIELD(adomcp_prompt, name);
  FIELD(adomcp_prompt, title);
  FIELD(adomcp_prompt, description);
  FIELD(adomcp_prompt, arguments_json);
  FIELD(adomcp_prompt, get);
  STRUCT(adomcp_prompts);
  FIELD(adomcp_prompts, struct_size);
  FIELD(adomcp_prompts, add);
}

static void resources(void) {
  ID(ADOMCP_RESOURCES);
  STRUCT(adomcp_resource);
  FIELD(adomcp_resource, struct_size);
  FIELD(adomcp_resource, reserved);
  FIELD(adomcp_resource, uri);
  FIELD(adomcp_resource, uri_template);
  FIELD(adomcp_resource, name);
  FIELD(adomcp_resource, title);
  FIELD(adomcp_resource, description);
  FIELD(adomcp_resource, mime_type);
  FIELD(adomcp_resource, read);
  FIELD(adomcp_resource, meta_json);
  FIELD(adomcp_resource, icons_json);
  STRUCT(adomcp_resources);
  FIELD(adomcp_resources, struct_size);
  FIELD(adomcp_resources, add);
}

static void tasks(void) {
  ID(ADOMCP_TASKS);
  STRUCT(adomcp_tasks);
  FIELD(adomcp_tasks, struct_size);
  FIELD(adomcp_tasks, allow);
  FIELD(adomcp_tasks, begin);
}

static void ui(void) {
  ID(ADOMCP_UI);
  CONSTANT(ADOMCP_UI_MODEL);
  CONSTANT(ADOMCP_UI_APP);
  STRUCT(adomcp_app);
  FIELD(adomcp_app, struct_size);
  FIELD(adomcp_app, reserved);
  FIELD(adomcp_app, uri);
  FIELD(adomcp_app, name);
  FIELD(adomcp_app, title);
  FIELD(adomcp_app, description);
  FIELD(adomcp_app, html);
  FIELD(adomcp_app, ui_json);
  FIELD(adomcp_app, meta_json);
  FIELD(adomcp_app, icons_json);
  STRUCT(adomcp_ui);
  FIELD(adomcp_ui, struct_size);
  FIELD(adomcp_ui, add);
  FIELD(adomcp_ui, link);
}

int main(void) {
  changes();
  completion();
  input();
  legacy();
  prompts();
  resources();
  tasks();
  ui();
  return 0;
}
