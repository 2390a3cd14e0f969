/* Prints all that plugin.h promises about bytes; abi_test.py holds it against plugin_h_0.txt. */
#include <adomcp/plugin.h>

#include "print.h"

static void values(void) {
  STRUCT(adomcp_str);
  FIELD(adomcp_str, data);
  FIELD(adomcp_str, size);
}

static void requests(void) {
  STRUCT(adomcp_ado_request);
  FIELD(adomcp_ado_request, struct_size);
  FIELD(adomcp_ado_request, timeout_ms);
  FIELD(adomcp_ado_request, max_bytes);
  FIELD(adomcp_ado_request, method);
  FIELD(adomcp_ado_request, service);
  FIELD(adomcp_ado_request, organization);
  FIELD(adomcp_ado_request, project);
  FIELD(adomcp_ado_request, path);
  FIELD(adomcp_ado_request, query);
  FIELD(adomcp_ado_request, accept);
  FIELD(adomcp_ado_request, content_type);
  FIELD(adomcp_ado_request, body);
  FIELD(adomcp_ado_request, on_chunk);
  FIELD(adomcp_ado_request, user);
  STRUCT(adomcp_ado_response);
  FIELD(adomcp_ado_response, struct_size);
  FIELD(adomcp_ado_response, status);
  FIELD(adomcp_ado_response, http_status);
  FIELD(adomcp_ado_response, truncated);
  FIELD(adomcp_ado_response, content_type);
  FIELD(adomcp_ado_response, body);
  FIELD(adomcp_ado_response, continuation_token);
  FIELD(adomcp_ado_response, error);
}

static void host(void) {
  STRUCT(adomcp_host);
  FIELD(adomcp_host, struct_size);
  FIELD(adomcp_host, abi_major);
  FIELD(adomcp_host, abi_minor);
  FIELD(adomcp_host, log);
  FIELD(adomcp_host, interrupted);
  FIELD(adomcp_host, remaining_ms);
  FIELD(adomcp_host, reply);
  FIELD(adomcp_host, note);
  FIELD(adomcp_host, ado);
  FIELD(adomcp_host, service);
  FIELD(adomcp_host, progress);
  FIELD(adomcp_host, content);
}

static void plugin(void) {
  STRUCT(adomcp_tool);
  FIELD(adomcp_tool, struct_size);
  FIELD(adomcp_tool, flags);
  FIELD(adomcp_tool, name);
  FIELD(adomcp_tool, title);
  FIELD(adomcp_tool, description);
  FIELD(adomcp_tool, input_schema);
  FIELD(adomcp_tool, output_schema);
  FIELD(adomcp_tool, call);
  FIELD(adomcp_tool, meta_json);
  FIELD(adomcp_tool, icons_json);
  STRUCT(adomcp_plugin);
  FIELD(adomcp_plugin, struct_size);
  FIELD(adomcp_plugin, abi_major);
  FIELD(adomcp_plugin, abi_minor);
  FIELD(adomcp_plugin, id);
  FIELD(adomcp_plugin, version);
  FIELD(adomcp_plugin, built_with);
  FIELD(adomcp_plugin, tool_count);
  FIELD(adomcp_plugin, tool);
  FIELD(adomcp_plugin, start);
  FIELD(adomcp_plugin, stop);
}

static void constants(void) {
  printf("adomcp_status size %zu\n", sizeof(adomcp_status));
  CONSTANT(ADOMCP_ABI_MAJOR);
  CONSTANT(ADOMCP_ABI_MINOR);
  CONSTANT(ADOMCP_OK);
  CONSTANT(ADOMCP_TOOL_ERROR);
  CONSTANT(ADOMCP_INVALID_ARGUMENT);
  CONSTANT(ADOMCP_DENIED);
  CONSTANT(ADOMCP_CANCELLED);
  CONSTANT(ADOMCP_DEADLINE);
  CONSTANT(ADOMCP_UNAVAILABLE);
  CONSTANT(ADOMCP_INTERNAL);
  CONSTANT(ADOMCP_UNKNOWN_OUTCOME);
  CONSTANT(ADOMCP_NOT_FOUND);
  CONSTANT(ADOMCP_THROTTLED);
  CONSTANT(ADOMCP_INPUT_REQUIRED);
  CONSTANT(ADOMCP_UNSUPPORTED);
  CONSTANT(ADOMCP_READ_ONLY);
  CONSTANT(ADOMCP_DESTRUCTIVE);
  CONSTANT(ADOMCP_IDEMPOTENT);
  CONSTANT(ADOMCP_OPEN_WORLD);
  CONSTANT(ADOMCP_DEBUG);
  CONSTANT(ADOMCP_INFO);
  CONSTANT(ADOMCP_WARN);
  CONSTANT(ADOMCP_ERROR);
}

int main(void) {
  values();
  requests();
  host();
  plugin();
  constants();
  return 0;
}
